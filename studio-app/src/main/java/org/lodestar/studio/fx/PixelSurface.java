package org.lodestar.studio.fx;

import java.nio.IntBuffer;
import javafx.scene.image.Image;
import javafx.scene.image.PixelBuffer;
import javafx.scene.image.PixelFormat;
import javafx.scene.image.WritableImage;
import org.lodestar.engine.image.Rgb;

/// Turns engine pictures into images of the window.
public final class PixelSurface {

    private PixelSurface() {}

    /// An image of `picture`, its pixels shared with the graphics system instead of copied again.
    public static Image image(Rgb picture) {
        int[] argb = new int[picture.width() * picture.height()];
        picture.toArgb(argb);
        return new WritableImage(
                new PixelBuffer<>(picture.width(), picture.height(), IntBuffer.wrap(argb), PixelFormat.getIntArgbPreInstance()));
    }
}
