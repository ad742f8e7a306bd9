package org.lodestar.engine.image;

/// Structural similarity of two pictures (Wang, Bovik, Sheikh, Simoncelli, 2004), on the luma.
///
/// ```
/// SSIM = mean over windows of (2 mx my + C1)(2 sxy + C2) / ((mx^2 + my^2 + C1)(sx^2 + sy^2 + C2)),  C1 = (0.01*255)^2, C2 = (0.03*255)^2
/// ```
///
/// with means, variances and the covariance under an 11x11 Gaussian of standard deviation 1.5, at every place where it lies wholly inside (smaller for pictures under 11
/// pixels). 1 for equal pictures, near 0 for unrelated ones.
public final class Ssim {
    private static final double C1 = (0.01 * 255) * (0.01 * 255);
    private static final double C2 = (0.03 * 255) * (0.03 * 255);
    private static final double SIGMA = 1.5;
    private static final int RADIUS = 5;

    private Ssim() {}

    /// @throws IllegalArgumentException if the sizes differ
    public static double of(Rgb a, Rgb b) {
        ImageMetrics.requireSameSize(a, b);
        int width = a.width();
        int height = a.height();
        double[] x = luma(a);
        double[] y = luma(b);
        double[] kernel = kernel(Math.min(RADIUS, (Math.min(width, height) - 1) / 2));
        double[] meanX = blur(x, width, height, kernel);
        double[] meanY = blur(y, width, height, kernel);
        double[] meanXx = blur(product(x, x), width, height, kernel);
        double[] meanYy = blur(product(y, y), width, height, kernel);
        double[] meanXy = blur(product(x, y), width, height, kernel);
        double sum = 0;
        for (int i = 0; i < meanX.length; i++) {
            double mx = meanX[i];
            double my = meanY[i];
            double covariance = meanXy[i] - mx * my;
            double variances = meanXx[i] - mx * mx + meanYy[i] - my * my;
            sum += (2 * mx * my + C1) * (2 * covariance + C2) / ((mx * mx + my * my + C1) * (variances + C2));
        }
        return sum / meanX.length;
    }

    private static double[] luma(Rgb image) {
        byte[] bytes = image.raw();
        double[] luma = new double[bytes.length / 3];
        for (int i = 0; i < luma.length; i++) {
            luma[i] = ImageMetrics.luma(bytes[3 * i] & 0xff, bytes[3 * i + 1] & 0xff, bytes[3 * i + 2] & 0xff);
        }
        return luma;
    }

    private static double[] product(double[] x, double[] y) {
        double[] out = new double[x.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = x[i] * y[i];
        }
        return out;
    }

    private static double[] kernel(int radius) {
        double[] kernel = new double[2 * radius + 1];
        double sum = 0;
        for (int i = 0; i < kernel.length; i++) {
            kernel[i] = Math.exp(-0.5 * (i - radius) * (i - radius) / (SIGMA * SIGMA));
            sum += kernel[i];
        }
        for (int i = 0; i < kernel.length; i++) {
            kernel[i] /= sum;
        }
        return kernel;
    }

    /// Weighted means along rows, then columns; the result is smaller by the kernel's reach on each side.
    private static double[] blur(double[] in, int width, int height, double[] kernel) {
        int outWidth = width - kernel.length + 1;
        int outHeight = height - kernel.length + 1;
        double[] rows = new double[outWidth * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < outWidth; x++) {
                double sum = 0;
                for (int k = 0; k < kernel.length; k++) {
                    sum += kernel[k] * in[y * width + x + k];
                }
                rows[y * outWidth + x] = sum;
            }
        }
        double[] out = new double[outWidth * outHeight];
        for (int y = 0; y < outHeight; y++) {
            for (int x = 0; x < outWidth; x++) {
                double sum = 0;
                for (int k = 0; k < kernel.length; k++) {
                    sum += kernel[k] * rows[(y + k) * outWidth + x];
                }
                out[y * outWidth + x] = sum;
            }
        }
        return out;
    }
}
