package org.lodestar.engine.pack;

/// How what the text networks give becomes what the denoiser is told. States are joined side by side, token by token; those of networks marked so follow below as further tokens; all rows are filled
/// up with zeros to the width of the widest. The rows for a whole text are joined to one.
///
/// @param noneIsZero whether the absence of text is all zeros instead of the encoded empty text
/// @param hidesPads  whether text networks with an `attention_mask` are told which tokens only fill up the context; else all count
/// @param blankRows  rows of zeros below, in place of a network that is left out
/// @param width      least width of the rows
/// @param rated      whether the denoiser is told how beautiful the picture is
public record TextLayout(boolean noneIsZero, boolean hidesPads, int blankRows, int width, boolean rated) {
    /// One network, or several side by side.
    static final TextLayout PLAIN = new TextLayout(false, false, 0, 0, false);
}
