package org.lodestar.studio.control;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javafx.scene.image.Image;
import org.lodestar.engine.image.Png;
import org.lodestar.engine.image.Rgb;

/// Saves what the window shows.
public final class Snapshots {

    private Snapshots() {}

    public static void save(Image shot, Path file) {
        int width = (int) shot.getWidth();
        int height = (int) shot.getHeight();
        byte[] bytes = new byte[width * height * 3];
        for (int y = 0, i = 0; y < height; y++) {
            for (int x = 0; x < width; x++, i += 3) {
                int argb = shot.getPixelReader().getArgb(x, y);
                bytes[i] = (byte) (argb >> 16);
                bytes[i + 1] = (byte) (argb >> 8);
                bytes[i + 2] = (byte) argb;
            }
        }
        try {
            Files.write(file, Png.encode(Rgb.adopt(width, height, bytes), List.of()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
