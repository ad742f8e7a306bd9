package org.lodestar.engine.latent;

/// The coarse level of a two-level Laplacian pyramid: what is left of a picture after halving and doubling it, with the binomial blur `[1,4,6,4,1]/16` on both ways
/// (edges mirrored) and bilinear resampling. What it takes away is the fine level; both add up to the picture.
public final class Pyramid {

    private Pyramid() {}

    /// The coarse level of `x`, at its own size. Linear in `x`.
    public static Latents coarse(Latents x) {
        int height = x.height();
        int width = x.width();
        int halfHeight = Math.max(1, height / 2);
        int halfWidth = Math.max(1, width / 2);
        float[] in = x.raw();
        float[] out = new float[in.length];
        for (int c = 0; c < x.channels(); c++) {
            double[] plane = new double[height * width];
            for (int i = 0; i < plane.length; i++) {
                plane[i] = in[c * plane.length + i];
            }
            double[] half = resized(blurred(plane, height, width), height, width, halfHeight, halfWidth);
            double[] back = blurred(resized(half, halfHeight, halfWidth, height, width), height, width);
            for (int i = 0; i < plane.length; i++) {
                out[c * plane.length + i] = (float) back[i];
            }
        }
        return x.likeAdopting(out);
    }

    private static double[] blurred(double[] plane, int height, int width) {
        double[] rows = new double[plane.length];
        double[] out = new double[plane.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int row = y * width;
                rows[row + x] = tap(plane[row + mirrored(x - 2, width)], plane[row + mirrored(x - 1, width)], plane[row + x],
                        plane[row + mirrored(x + 1, width)], plane[row + mirrored(x + 2, width)]);
            }
        }
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                out[y * width + x] = tap(rows[mirrored(y - 2, height) * width + x], rows[mirrored(y - 1, height) * width + x], rows[y * width + x],
                        rows[mirrored(y + 1, height) * width + x], rows[mirrored(y + 2, height) * width + x]);
            }
        }
        return out;
    }

    private static double tap(double a, double b, double c, double d, double e) {
        return (a + 4 * b + 6 * c + 4 * d + e) / 16;
    }

    private static int mirrored(int i, int n) {
        int reflected = i < 0 ? -i : i >= n ? 2 * n - 2 - i : i;
        return Math.clamp(reflected, 0, n - 1);
    }

    private static double[] resized(double[] plane, int height, int width, int newHeight, int newWidth) {
        double[] out = new double[newHeight * newWidth];
        for (int y = 0; y < newHeight; y++) {
            double sy = Math.max(0, (y + 0.5) * height / newHeight - 0.5);
            int y0 = (int) sy;
            int y1 = Math.min(y0 + 1, height - 1);
            for (int x = 0; x < newWidth; x++) {
                double sx = Math.max(0, (x + 0.5) * width / newWidth - 0.5);
                int x0 = (int) sx;
                int x1 = Math.min(x0 + 1, width - 1);
                double top = plane[y0 * width + x0] * (1 - (sx - x0)) + plane[y0 * width + x1] * (sx - x0);
                double bottom = plane[y1 * width + x0] * (1 - (sx - x0)) + plane[y1 * width + x1] * (sx - x0);
                out[y * newWidth + x] = top * (1 - (sy - y0)) + bottom * (sy - y0);
            }
        }
        return out;
    }
}
