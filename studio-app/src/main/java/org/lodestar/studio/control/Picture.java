package org.lodestar.studio.control;

import javafx.scene.image.Image;

/// A picture to show: pixels, and the size they stand for.
///
/// A preview of a 128x128 picture may be only 16x16 pixels large; shown at the size it stands for, zoom and pan mean the same before and after the picture is finished.
///
/// @param image   opaque pixels, which do not change any more
/// @param width   picture pixels it stands for
/// @param height  picture pixels it stands for
/// @param preview whether it is an approximation, which is always enlarged smoothly
public record Picture(Image image, int width, int height, boolean preview) {

    public Picture {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("a picture needs a size, found " + width + "x" + height);
        }
    }

    /// A finished picture.
    public static Picture of(Image image) {
        return new Picture(image, (int) image.getWidth(), (int) image.getHeight(), false);
    }

    /// An approximation of a picture of `width` x `height`.
    public static Picture preview(Image image, int width, int height) {
        return new Picture(image, width, height, true);
    }
}
