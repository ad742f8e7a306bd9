package org.lodestar.engine.image;

/// A piece of text in a PNG.
///
/// @param keyword what it is, 1 to 79 Latin-1 characters ("parameters", "lodestar")
/// @param text    any text
public record PngText(String keyword, String text) {
    public PngText {
        if (keyword.isEmpty() || keyword.length() > 79 || keyword.chars().anyMatch(c -> c < 32 || c > 255)) {
            throw new IllegalArgumentException("a PNG keyword has 1 to 79 Latin-1 characters, not \"" + keyword + "\"");
        }
    }
}
