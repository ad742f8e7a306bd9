package org.lodestar.engine.image;

/// Pictures at another size, by cubic convolution (Catmull-Rom, `a = -1/2`). When shrinking, the kernel is widened to cover all pixels that fall into one, so that
/// nothing is skipped.
public final class Resize {
    private static final double SUPPORT = 2;

    private Resize() {}

    /// `image` at `width` x `height`; `image` itself if it has that size.
    public static Rgb to(Rgb image, int width, int height) {
        if (image.width() == width && image.height() == height) {
            return image;
        }
        byte[] in = image.raw();
        Taps across = new Taps(image.width(), width);
        float[] rows = new float[width * image.height() * 3];
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < 3; c++) {
                    float sum = 0;
                    for (int k = 0; k < across.count; k++) {
                        sum += across.weights[x * across.count + k] * (in[(y * image.width() + across.sources[x * across.count + k]) * 3 + c] & 0xff);
                    }
                    rows[(y * width + x) * 3 + c] = sum;
                }
            }
        }
        Taps down = new Taps(image.height(), height);
        byte[] out = new byte[width * height * 3];
        for (int y = 0; y < height; y++) {
            for (int i = 0; i < width * 3; i++) {
                float sum = 0;
                for (int k = 0; k < down.count; k++) {
                    sum += down.weights[y * down.count + k] * rows[down.sources[y * down.count + k] * width * 3 + i];
                }
                out[y * width * 3 + i] = (byte) Math.clamp(Math.round(sum), 0, 255);
            }
        }
        return Rgb.adopt(width, height, out);
    }

    /// Which source pixels make each target pixel, and with what weights, `count` for each; pixels beyond the edge repeat the edge.
    private static final class Taps {
        private final int count;
        private final int[] sources;
        private final float[] weights;

        Taps(int from, int to) {
            double scale = (double) from / to;
            double stretch = Math.max(1, scale);
            count = (int) Math.ceil(SUPPORT * stretch) * 2 + 1;
            sources = new int[to * count];
            weights = new float[to * count];
            for (int i = 0; i < to; i++) {
                double centre = (i + 0.5) * scale - 0.5;
                int first = (int) Math.floor(centre) - count / 2;
                double sum = 0;
                double[] raw = new double[count];
                for (int k = 0; k < count; k++) {
                    raw[k] = kernel((first + k - centre) / stretch);
                    sum += raw[k];
                    sources[i * count + k] = Math.clamp(first + k, 0, from - 1);
                }
                for (int k = 0; k < count; k++) {
                    weights[i * count + k] = (float) (raw[k] / sum);
                }
            }
        }

        private static double kernel(double t) {
            double x = Math.abs(t);
            if (x < 1) {
                return (1.5 * x - 2.5) * x * x + 1;
            }
            return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
        }
    }
}
