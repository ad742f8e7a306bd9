package org.lodestar.studio.control;

/// How far two pictures are apart, pixel by pixel: `d = sqrt((dr^2 + dg^2 + db^2)/3)` in levels of 0 to 255 of the stored sRGB values.
public final class Difference {

    /// Differences below this many levels are not stretched to the full ramp: what is hardly there should look so.
    public static final double LEAST_SCALE = 16;

    private final int width;
    private final float[] levels;
    private final double mean;
    private final double max;

    private Difference(int width, float[] levels, double mean, double max) {
        this.width = width;
        this.levels = levels;
        this.mean = mean;
        this.max = max;
    }

    /// The difference of two pictures (ARGB, row by row) of the same size.
    public static Difference between(int[] a, int[] b, int width, int height) {
        if (a.length != width * height || b.length != a.length) {
            throw new IllegalArgumentException("two pictures of " + width + "x" + height + " are needed, found " + a.length + " and " + b.length + " pixels");
        }
        float[] levels = new float[a.length];
        double sum = 0;
        double max = 0;
        for (int i = 0; i < a.length; i++) {
            int dr = (a[i] >> 16 & 0xff) - (b[i] >> 16 & 0xff);
            int dg = (a[i] >> 8 & 0xff) - (b[i] >> 8 & 0xff);
            int db = (a[i] & 0xff) - (b[i] & 0xff);
            double level = Math.sqrt((dr * dr + dg * dg + db * db) / 3.0);
            levels[i] = (float) level;
            sum += level;
            max = Math.max(max, level);
        }
        return new Difference(width, levels, sum / a.length, max);
    }

    /// Mean difference in levels.
    public double mean() {
        return mean;
    }

    /// Greatest difference in levels.
    public double max() {
        return max;
    }

    /// The level painted in the ramp's last colour.
    public double scale() {
        return Math.max(LEAST_SCALE, max);
    }

    /// The difference at a pixel, in levels.
    public double at(int x, int y) {
        return levels[y * width + x];
    }

    /// The heat map: [ColourRamp] over 0 to [#scale()].
    public int[] argb() {
        int[] pixels = new int[levels.length];
        double scale = scale();
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = ColourRamp.argb(levels[i] / scale);
        }
        return pixels;
    }
}
