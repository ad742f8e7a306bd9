package org.lodestar.studio.session;

import org.lodestar.engine.image.Rgb;

/// A picture of a run, as a view shows it.
///
/// @param image   its pixels
/// @param width   pixels of the finished picture it stands for
/// @param height  likewise
/// @param preview whether it is an approximation
public record Shown(Rgb image, int width, int height, boolean preview) {}
