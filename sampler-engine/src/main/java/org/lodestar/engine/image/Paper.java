package org.lodestar.engine.image;

import java.util.Arrays;

/// A picture while it is being drawn.
final class Paper {
    private final int width;
    private final int height;
    private final byte[] pixels;

    /// @param ground colour 0xRRGGBB
    Paper(int width, int height, int ground) {
        this.width = width;
        this.height = height;
        this.pixels = new byte[Math.multiplyExact(Math.multiplyExact(width, height), 3)];
        fill(0, 0, width, height, ground);
    }

    void fill(int left, int top, int w, int h, int colour) {
        for (int y = Math.max(0, top); y < Math.min(height, top + h); y++) {
            for (int x = Math.max(0, left); x < Math.min(width, left + w); x++) {
                int at = (y * width + x) * 3;
                pixels[at] = (byte) (colour >> 16);
                pixels[at + 1] = (byte) (colour >> 8);
                pixels[at + 2] = (byte) colour;
            }
        }
    }

    /// Lays `colour` over a pixel with `coverage` 0..1; pixels outside are ignored.
    void blend(int x, int y, int colour, double coverage) {
        if (x < 0 || y < 0 || x >= width || y >= height) {
            return;
        }
        int at = (y * width + x) * 3;
        for (int c = 0; c < 3; c++) {
            int old = pixels[at + c] & 0xff;
            int over = colour >> (16 - 8 * c) & 0xff;
            pixels[at + c] = (byte) Math.clamp(Math.round(old + (over - old) * coverage), 0, 255);
        }
    }

    void paste(Rgb image, int left, int top) {
        for (int y = 0; y < image.height(); y++) {
            System.arraycopy(image.raw(), y * image.width() * 3, pixels, ((top + y) * width + left) * 3, image.width() * 3);
        }
    }

    Rgb finish() {
        return Rgb.adopt(width, height, Arrays.copyOf(pixels, pixels.length));
    }
}
