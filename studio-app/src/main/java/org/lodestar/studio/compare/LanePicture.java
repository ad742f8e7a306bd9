package org.lodestar.studio.compare;

import org.lodestar.engine.image.Rgb;

/// A picture of a lane at the selected step.
///
/// @param image   its pixels
/// @param width   pixels of the finished picture
/// @param height  pixels of the finished picture
/// @param preview whether it is an approximation
public record LanePicture(Rgb image, int width, int height, boolean preview) {}
