package org.lodestar.studio.control;

/// Colours for numbers from 0 to 1 whose steps look equally large: black over violet and orange to pale yellow.
///
/// A path through OKLab whose lightness rises evenly with the number, so that the ramp also reads in greys and without colour vision. Source of the space: B. Ottosson,
/// "A perceptual color space for image processing", 2020.
public final class ColourRamp {

    private static final int SIZE = 256;

    /// Stops: number, OKLab lightness, chroma, hue in degrees.
    private static final double[][] STOPS = {
        {0.00, 0.14, 0.015, 285}, {0.22, 0.315, 0.13, 296}, {0.45, 0.50, 0.17, 345}, {0.65, 0.66, 0.17, 395}, {0.82, 0.795, 0.15, 433}, {1.00, 0.96, 0.07, 465}
    };

    private static final int[] COLOURS = colours();

    private ColourRamp() {}

    /// Opaque ARGB of `value`, which is held within 0 to 1.
    public static int argb(double value) {
        return COLOURS[(int) Math.round(Math.clamp(value, 0.0, 1.0) * (SIZE - 1))];
    }

    private static int[] colours() {
        int[] all = new int[SIZE];
        for (int i = 0; i < SIZE; i++) {
            all[i] = colour((double) i / (SIZE - 1));
        }
        return all;
    }

    private static int colour(double at) {
        int upper = 1;
        while (STOPS[upper][0] < at) {
            upper++;
        }
        double[] from = STOPS[upper - 1];
        double[] to = STOPS[upper];
        double t = (at - from[0]) / (to[0] - from[0]);
        double chroma = from[2] + t * (to[2] - from[2]);
        double hue = Math.toRadians(from[3] + t * (to[3] - from[3]));
        return oklab(from[1] + t * (to[1] - from[1]), chroma * Math.cos(hue), chroma * Math.sin(hue));
    }

    private static int oklab(double lightness, double a, double b) {
        double l = cube(lightness + 0.3963377774 * a + 0.2158037573 * b);
        double m = cube(lightness - 0.1055613458 * a - 0.0638541728 * b);
        double s = cube(lightness - 0.0894841775 * a - 1.2914855480 * b);
        return 0xff000000
                | channel(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s) << 16
                | channel(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s) << 8
                | channel(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s);
    }

    private static double cube(double value) {
        return value * value * value;
    }

    private static int channel(double linear) {
        double held = Math.clamp(linear, 0.0, 1.0);
        double encoded = held <= 0.0031308 ? 12.92 * held : 1.055 * Math.pow(held, 1 / 2.4) - 0.055;
        return (int) Math.round(encoded * 255);
    }
}
