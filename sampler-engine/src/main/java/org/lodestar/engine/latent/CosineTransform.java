package org.lodestar.engine.latent;

/// Pictures seen as sums of cosines (orthonormal DCT-II along rows and columns of each channel), to strengthen or weaken coarse and fine structure apart. Unlike a
/// Fourier transform it does not join the left edge to the right one. Computed in 64-bit; `O(n^3)` per channel of side n.
public final class CosineTransform {

    private CosineTransform() {}

    /// How much of one frequency is kept. Frequencies are shares of the highest one, 0 (constant) to below 1.
    @FunctionalInterface
    public interface Gain {
        double at(double vertical, double horizontal);
    }

    /// `x` with every frequency multiplied by its gain.
    public static Latents weighted(Latents x, Gain gain) {
        int height = x.height();
        int width = x.width();
        double[] rows = basis(height);
        double[] columns = basis(width);
        float[] in = x.raw();
        float[] out = new float[in.length];
        double[] plane = new double[height * width];
        double[] other = new double[height * width];
        for (int c = 0; c < x.channels(); c++) {
            int start = c * height * width;
            for (int i = 0; i < plane.length; i++) {
                plane[i] = in[start + i];
            }
            alongColumns(rows, false, plane, other, height, width);
            alongRows(columns, false, other, plane, height, width);
            for (int v = 0; v < height; v++) {
                for (int h = 0; h < width; h++) {
                    plane[v * width + h] *= gain.at((double) v / height, (double) h / width);
                }
            }
            alongRows(columns, true, plane, other, height, width);
            alongColumns(rows, true, other, plane, height, width);
            for (int i = 0; i < plane.length; i++) {
                out[start + i] = (float) plane[i];
            }
        }
        return x.likeAdopting(out);
    }

    /// Row k holds the k-th cosine.
    private static double[] basis(int n) {
        double[] basis = new double[n * n];
        for (int k = 0; k < n; k++) {
            double norm = Math.sqrt((k == 0 ? 1.0 : 2.0) / n);
            for (int i = 0; i < n; i++) {
                basis[k * n + i] = norm * Math.cos(Math.PI * (i + 0.5) * k / n);
            }
        }
        return basis;
    }

    private static void alongColumns(double[] basis, boolean inverse, double[] from, double[] to, int height, int width) {
        for (int k = 0; k < height; k++) {
            for (int w = 0; w < width; w++) {
                to[k * width + w] = 0;
            }
            for (int i = 0; i < height; i++) {
                double b = inverse ? basis[i * height + k] : basis[k * height + i];
                for (int w = 0; w < width; w++) {
                    to[k * width + w] += b * from[i * width + w];
                }
            }
        }
    }

    private static void alongRows(double[] basis, boolean inverse, double[] from, double[] to, int height, int width) {
        for (int row = 0; row < height; row++) {
            for (int k = 0; k < width; k++) {
                double sum = 0;
                for (int i = 0; i < width; i++) {
                    sum += (inverse ? basis[i * width + k] : basis[k * width + i]) * from[row * width + i];
                }
                to[row * width + k] = sum;
            }
        }
    }
}
