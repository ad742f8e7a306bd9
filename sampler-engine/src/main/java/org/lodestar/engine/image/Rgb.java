package org.lodestar.engine.image;

import java.util.Arrays;

/// An immutable 8-bit sRGB picture: three bytes per pixel, row by row.
public final class Rgb {
    private final int width;
    private final int height;
    private final byte[] data;

    private Rgb(int width, int height, byte[] data) {
        if (width < 1 || height < 1 || (long) width * height * 3 != data.length) {
            throw new IllegalArgumentException("a picture of " + width + "x" + height + " cannot hold " + data.length + " bytes");
        }
        this.width = width;
        this.height = height;
        this.data = data;
    }

    /// Takes `data` (`width*height*3` bytes R, G, B) over without copying: the caller must not keep it.
    public static Rgb adopt(int width, int height, byte[] data) {
        return new Rgb(width, height, data);
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /// The channel value 0..255 (channel 0 red, 1 green, 2 blue).
    public int at(int x, int y, int channel) {
        return data[(y * width + x) * 3 + channel] & 0xff;
    }

    /// A copy of the bytes.
    public byte[] toBytes() {
        return data.clone();
    }

    /// Writes opaque ARGB pixels, row by row, into `target` (length at least width*height).
    public void toArgb(int[] target) {
        for (int i = 0, j = 0; i < width * height; i++, j += 3) {
            target[i] = 0xff000000 | (data[j] & 0xff) << 16 | (data[j + 1] & 0xff) << 8 | (data[j + 2] & 0xff);
        }
    }

    /// Read access without a copy for this package only.
    byte[] raw() {
        return data;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Rgb that && width == that.width && height == that.height && Arrays.equals(data, that.data);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(data) * 31 + width;
    }

    @Override
    public String toString() {
        return "Rgb[" + width + "x" + height + "]";
    }
}
