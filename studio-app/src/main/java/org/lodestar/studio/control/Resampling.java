package org.lodestar.studio.control;

import java.util.stream.IntStream;

/// Other sizes of opaque ARGB pixels, in whole factors.
///
/// Enlarging convolves with the Mitchell-Netravali cubic (B = C = 1/3), which neither rings nor shows a grid:
/// `k(t) = (7|t|^3 - 12|t|^2 + 16/3)/6` for `|t| < 1`, `(-7/3|t|^3 + 12|t|^2 - 20|t| + 32/3)/6` for `1 <= |t| < 2`. Shrinking averages whole boxes.
/// Both work on the stored sRGB values. Source: Mitchell and Netravali, "Reconstruction filters in computer graphics", 1988.
public final class Resampling {

    private static final int TAPS = 4;

    private Resampling() {}

    /// `argb` (`width*height`, row by row) enlarged `factor` times each way; edges repeat.
    public static int[] enlarge(int[] argb, int width, int height, int factor) {
        int wide = width * factor;
        float[][] weights = IntStream.range(0, factor).mapToObj(phase -> taps((phase + 0.5) / factor - 0.5)).toArray(float[][]::new);
        float[] rows = new float[wide * height * 3];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < wide; x++) {
                float[] k = weights[x % factor];
                int first = firstTap(x, factor);
                float r = 0;
                float g = 0;
                float b = 0;
                for (int i = 0; i < TAPS; i++) {
                    int pixel = argb[y * width + Math.clamp(first + i, 0, width - 1)];
                    r += k[i] * (pixel >> 16 & 0xff);
                    g += k[i] * (pixel >> 8 & 0xff);
                    b += k[i] * (pixel & 0xff);
                }
                int at = (y * wide + x) * 3;
                rows[at] = r;
                rows[at + 1] = g;
                rows[at + 2] = b;
            }
        }
        int[] large = new int[wide * height * factor];
        for (int y = 0; y < height * factor; y++) {
            float[] k = weights[y % factor];
            int first = firstTap(y, factor);
            for (int x = 0; x < wide; x++) {
                float r = 0;
                float g = 0;
                float b = 0;
                for (int i = 0; i < TAPS; i++) {
                    int at = (Math.clamp(first + i, 0, height - 1) * wide + x) * 3;
                    r += k[i] * rows[at];
                    g += k[i] * rows[at + 1];
                    b += k[i] * rows[at + 2];
                }
                large[y * wide + x] = 0xff000000 | round(r) << 16 | round(g) << 8 | round(b);
            }
        }
        return large;
    }

    /// `argb` (`width*height`, row by row) with every box of `factor` x `factor` pixels averaged into one. Width and height round up; boxes at the far edges may be smaller.
    public static int[] shrink(int[] argb, int width, int height, int factor) {
        int narrow = Math.ceilDiv(width, factor);
        int low = Math.ceilDiv(height, factor);
        int[] small = new int[narrow * low];
        for (int y = 0; y < low; y++) {
            for (int x = 0; x < narrow; x++) {
                int right = Math.min(width, (x + 1) * factor);
                int bottom = Math.min(height, (y + 1) * factor);
                float r = 0;
                float g = 0;
                float b = 0;
                for (int yy = y * factor; yy < bottom; yy++) {
                    for (int xx = x * factor; xx < right; xx++) {
                        int pixel = argb[yy * width + xx];
                        r += pixel >> 16 & 0xff;
                        g += pixel >> 8 & 0xff;
                        b += pixel & 0xff;
                    }
                }
                float n = (float) (right - x * factor) * (bottom - y * factor);
                small[y * narrow + x] = 0xff000000 | round(r / n) << 16 | round(g / n) << 8 | round(b / n);
            }
        }
        return small;
    }

    /// Index of the first of the four source pixels around the centre of enlarged pixel `at`.
    private static int firstTap(int at, int factor) {
        return (int) Math.floor((at + 0.5) / factor - 0.5) - 1;
    }

    /// Weights of the four source pixels around an offset of -0.5 to 0.5 from a source pixel's centre.
    private static float[] taps(double offset) {
        double fraction = offset - Math.floor(offset);
        float[] k = new float[TAPS];
        for (int i = 0; i < TAPS; i++) {
            k[i] = (float) mitchell(Math.abs(fraction + 1 - i));
        }
        return k;
    }

    private static double mitchell(double t) {
        if (t < 1) {
            return (7 * t * t * t - 12 * t * t + 16.0 / 3) / 6;
        }
        return t < 2 ? (-7.0 / 3 * t * t * t + 12 * t * t - 20 * t + 32.0 / 3) / 6 : 0;
    }

    private static int round(float value) {
        return Math.clamp(Math.round(value), 0, 255);
    }
}
