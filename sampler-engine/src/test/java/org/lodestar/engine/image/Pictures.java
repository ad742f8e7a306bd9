package org.lodestar.engine.image;

import java.util.Random;

/// Pictures for tests.
public final class Pictures {

    private Pictures() {}

    public static Rgb noise(long seed, int width, int height) {
        byte[] bytes = new byte[width * height * 3];
        new Random(seed).nextBytes(bytes);
        return Rgb.adopt(width, height, bytes);
    }

    /// Red grows to the right, green downwards, blue is constant.
    public static Rgb gradient(int width, int height) {
        byte[] bytes = new byte[width * height * 3];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                bytes[(y * width + x) * 3] = (byte) (x * 255 / Math.max(1, width - 1));
                bytes[(y * width + x) * 3 + 1] = (byte) (y * 255 / Math.max(1, height - 1));
                bytes[(y * width + x) * 3 + 2] = 100;
            }
        }
        return Rgb.adopt(width, height, bytes);
    }

    public static Rgb flat(int width, int height, int r, int g, int b) {
        byte[] bytes = new byte[width * height * 3];
        for (int i = 0; i < bytes.length; i += 3) {
            bytes[i] = (byte) r;
            bytes[i + 1] = (byte) g;
            bytes[i + 2] = (byte) b;
        }
        return Rgb.adopt(width, height, bytes);
    }
}
