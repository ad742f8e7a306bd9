package org.lodestar.engine.latent;

import java.nio.FloatBuffer;

/// Latents as some transformers want them: one row per patch of 2x2 cells, patches in rows from the top left, and in a patch
///
/// `row[c*4 + dy*2 + dx] = z[c, 2*y + dy, 2*x + dx]`
///
/// so that `channels x height x width` becomes `height/2*width/2 x channels*4`. Height and width are even.
public final class Patches {
    /// Cells of a patch along each axis.
    public static final int SIDE = 2;

    /// Numbers of a patch per channel.
    public static final int CELLS = SIDE * SIDE;

    private Patches() {}

    /// How many patches `z` has.
    public static int count(Latents z) {
        return z.height() / SIDE * (z.width() / SIDE);
    }

    /// Appends all rows of `z` to `target`.
    public static void copyTo(Latents z, FloatBuffer target) {
        requireEven(z.height(), z.width());
        for (int y = 0; y < z.height(); y += SIDE) {
            for (int x = 0; x < z.width(); x += SIDE) {
                for (int c = 0; c < z.channels(); c++) {
                    target.put(z.at(c, y, x)).put(z.at(c, y, x + 1)).put(z.at(c, y + 1, x)).put(z.at(c, y + 1, x + 1));
                }
            }
        }
    }

    /// The latents whose rows are the next `channels*height*width` floats of `source`.
    public static Latents read(int channels, int height, int width, FloatBuffer source) {
        requireEven(height, width);
        float[] values = new float[channels * height * width];
        for (int y = 0; y < height; y += SIDE) {
            for (int x = 0; x < width; x += SIDE) {
                for (int c = 0; c < channels; c++) {
                    int corner = (c * height + y) * width + x;
                    values[corner] = source.get();
                    values[corner + 1] = source.get();
                    values[corner + width] = source.get();
                    values[corner + width + 1] = source.get();
                }
            }
        }
        return Latents.adopt(channels, height, width, values);
    }

    private static void requireEven(int height, int width) {
        if (height % SIDE != 0 || width % SIDE != 0) {
            throw new IllegalArgumentException("patches of " + SIDE + "x" + SIDE + " cells do not fill " + height + "x" + width);
        }
    }
}
