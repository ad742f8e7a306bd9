package org.lodestar.engine.image;

/// Numbers that rise when guidance is too strong.
///
/// @param saturation mean HSV saturation `(max - min)/max` of the pixels, 0..1 (0 for black)
/// @param contrast   RMS contrast: standard deviation of the luma, 0..0.5
/// @param clipped    share of pixels with a channel at 0 or 255, 0..1
public record ImageMetrics(double saturation, double contrast, double clipped) {

    public static ImageMetrics of(Rgb image) {
        byte[] bytes = image.raw();
        int pixels = image.width() * image.height();
        double saturation = 0;
        double sum = 0;
        double sumOfSquares = 0;
        long clipped = 0;
        for (int i = 0; i < bytes.length; i += 3) {
            int r = bytes[i] & 0xff;
            int g = bytes[i + 1] & 0xff;
            int b = bytes[i + 2] & 0xff;
            int max = Math.max(r, Math.max(g, b));
            int min = Math.min(r, Math.min(g, b));
            saturation += max == 0 ? 0 : (double) (max - min) / max;
            clipped += max == 255 || min == 0 ? 1 : 0;
            double luma = luma(r, g, b) / 255;
            sum += luma;
            sumOfSquares += luma * luma;
        }
        double mean = sum / pixels;
        double variance = Math.max(0, sumOfSquares / pixels - mean * mean);
        return new ImageMetrics(saturation / pixels, Math.sqrt(variance), (double) clipped / pixels);
    }

    /// Peak signal-to-noise ratio of two pictures of one size in dB, `10 log10(255^2 / MSE)` over all channels; infinite if they are equal.
    public static double psnr(Rgb a, Rgb b) {
        requireSameSize(a, b);
        byte[] x = a.raw();
        byte[] y = b.raw();
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            double d = (x[i] & 0xff) - (y[i] & 0xff);
            sum += d * d;
        }
        return sum == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(255.0 * 255.0 * x.length / sum);
    }

    /// Luma of sRGB-coded values with the weights of ITU-R BT.709, 0..255.
    static double luma(int r, int g, int b) {
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    }

    static void requireSameSize(Rgb a, Rgb b) {
        if (a.width() != b.width() || a.height() != b.height()) {
            throw new IllegalArgumentException("pictures of different sizes: " + a + " and " + b);
        }
    }
}
