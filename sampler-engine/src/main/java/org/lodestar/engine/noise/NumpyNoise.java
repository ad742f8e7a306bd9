package org.lodestar.engine.noise;

import org.lodestar.engine.latent.Latents;

/// The noise of NumPy's legacy generator, `RandomState(seed).randn(...)`, which early ONNX pipelines used.
///
/// Marsaglia's polar method on the Mersenne Twister: `x = 2a - 1`, `y = 2b - 1` until `0 < s = x^2 + y^2 < 1`, `f = sqrt(-2 ln s / s)`; `f*y` comes first, then `f*x`. A uniform takes
/// two words, 27 and 26 bits of them. Only the low 32 bits of the seed count. Later draws of a run come from a counter, as with [TorchNoise].
public final class NumpyNoise implements NoiseSource {

    @Override
    public String id() {
        return "numpy";
    }

    @Override
    public Latents opening(long seed, int number, int channels, int height, int width) {
        if (number > 0) {
            return CounterNoise.opening(seed, number, channels, height, width);
        }
        MersenneTwister random = new MersenneTwister(seed);
        float[] values = new float[channels * height * width];
        for (int i = 0; i < values.length; i += 2) {
            double x;
            double y;
            double s;
            do {
                x = 2 * nextDouble(random) - 1;
                y = 2 * nextDouble(random) - 1;
                s = x * x + y * y;
            } while (s >= 1 || s == 0);
            double f = StrictMath.sqrt(-2 * StrictMath.log(s) / s);
            values[i] = (float) (f * y);
            if (i + 1 < values.length) {
                values[i + 1] = (float) (f * x);
            }
        }
        return Latents.adopt(channels, height, width, values);
    }

    @Override
    public Latents draw(long seed, Draw draw, int channels, int height, int width) {
        return CounterNoise.draw(seed, draw, channels, height, width);
    }

    private static double nextDouble(MersenneTwister random) {
        int high = random.nextInt() >>> 5;
        int low = random.nextInt() >>> 6;
        return (high * 0x1p26 + low) * 0x1p-53;
    }
}
