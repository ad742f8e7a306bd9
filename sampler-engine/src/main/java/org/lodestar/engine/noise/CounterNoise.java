package org.lodestar.engine.noise;

import org.lodestar.engine.latent.Latents;

/// Gaussian noise that is a function of (seed, step, k) alone: [Philox] keyed by the seed, counting (block, step, k, 1); the tensors that open a run count (block, number, 0, 2), those
/// that guidance draws (block, step, k, 3).
///
/// Each counter gives four words, two Box-Muller pairs `r cos t, r sin t` with `r = sqrt(-2 ln u)`, `t = 2 pi v`, where `u = (word + 1/2)/2^32` is never 0.
/// Draws of one step can be taken in any order, and a step's draws do not depend on how many steps came before: a forked or replayed run sees the same noise.
final class CounterNoise {
    private static final int STEPS = 1;
    private static final int OPENING = 2;
    private static final int GUIDANCE = 3;

    private CounterNoise() {}

    static Latents draw(long seed, Draw draw, int channels, int height, int width) {
        return at(seed, draw.step(), draw.k(), STEPS, channels, height, width);
    }

    /// Tensor `number` of a run's beginning, for sources whose own sequence is known for the first one only.
    static Latents opening(long seed, int number, int channels, int height, int width) {
        return at(seed, number, 0, OPENING, channels, height, width);
    }

    static Latents guidance(long seed, int step, int k, int channels, int height, int width) {
        return at(seed, step, k, GUIDANCE, channels, height, width);
    }

    private static Latents at(long seed, int step, int k, int stream, int channels, int height, int width) {
        Philox philox = new Philox(seed);
        float[] values = new float[channels * height * width];
        int[] block = new int[4];
        for (int i = 0; i < values.length; i += 4) {
            block[0] = i / 4;
            block[1] = step;
            block[2] = k;
            block[3] = stream;
            philox.encrypt(block);
            for (int pair = 0; pair < 4 && i + pair < values.length; pair += 2) {
                double radius = StrictMath.sqrt(-2 * StrictMath.log(unit(block[pair])));
                double angle = 2 * Math.PI * unit(block[pair + 1]);
                values[i + pair] = (float) (radius * StrictMath.cos(angle));
                if (i + pair + 1 < values.length) {
                    values[i + pair + 1] = (float) (radius * StrictMath.sin(angle));
                }
            }
        }
        return Latents.adopt(channels, height, width, values);
    }

    private static double unit(int word) {
        return ((word & 0xffffffffL) + 0.5) * 0x1p-32;
    }
}
