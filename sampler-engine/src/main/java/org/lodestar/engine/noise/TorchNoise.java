package org.lodestar.engine.noise;

import org.lodestar.engine.latent.Latents;

/// The noise of torch's CPU generator (`randn`, float32), so that seeds of other tools carry over. The default.
///
/// With `n` values wanted and words of the Mersenne Twister:
///
/// - `n >= 16`: `n` uniforms `u = (word mod 2^24) / 2^24` first; then in each block of 16, entries `j` and `j + 8` become `r cos t` and `r sin t` with
///   `r = sqrt(-2 ln(1 - u_j))`, `t = 2 pi u_{j+8}`. Where 16 does not divide `n`, the last 16 entries are drawn anew and transformed once more.
/// - `n < 16`: pairs `r cos t, r sin t` with `r = sqrt(-2 ln(1 - u2))`, `t = 2 pi u1` from 53-bit uniforms of two words each, high word first.
///
/// The draws are identical to torch's; logarithm, sine and cosine are evaluated in 64-bit by [StrictMath], the same on every machine, and agree with torch's 32-bit
/// polynomials to about 1e-6. Only the low 32 bits of the seed count. Half precision draws differ in torch and are not reproduced.
/// The tensors that open a run continue the generator's sequence, as torch does. Fresh noise of later steps comes from a counter (Philox4x32-10 keyed by the seed); [TorchStreamNoise]
/// takes it from the sequence as well.
public final class TorchNoise implements NoiseSource {
    private static final int BLOCK = 16;

    @Override
    public String id() {
        return "torch";
    }

    @Override
    public Latents opening(long seed, int number, int channels, int height, int width) {
        return Latents.adopt(channels, height, width, randn(seed, number, channels * height * width));
    }

    @Override
    public Latents draw(long seed, Draw draw, int channels, int height, int width) {
        return CounterNoise.draw(seed, draw, channels, height, width);
    }

    /// What torch puts into a fresh contiguous float32 tensor of `count` entries after seeding with `seed` and filling `before` tensors of that size.
    static float[] randn(long seed, int before, int count) {
        MersenneTwister random = new MersenneTwister(seed);
        random.skip((long) before * words(count));
        float[] values = new float[count];
        if (count < BLOCK) {
            fillInPairs(random, values);
            return values;
        }
        fillUniform(random, values, 0);
        for (int start = 0; start + BLOCK <= count; start += BLOCK) {
            transformBlock(values, start);
        }
        if (count % BLOCK != 0) {
            fillUniform(random, values, count - BLOCK);
            transformBlock(values, count - BLOCK);
        }
        return values;
    }

    /// Words of the twister that a tensor of `count` entries takes.
    private static int words(int count) {
        if (count < BLOCK) {
            return 4 * Math.ceilDiv(count, 2);
        }
        return count % BLOCK == 0 ? count : count + BLOCK;
    }

    private static void fillUniform(MersenneTwister random, float[] values, int start) {
        for (int i = start; i < values.length; i++) {
            values[i] = (random.nextInt() & 0xffffff) * 0x1p-24f;
        }
    }

    private static void transformBlock(float[] values, int start) {
        for (int j = start; j < start + BLOCK / 2; j++) {
            float radius = (float) StrictMath.sqrt(-2 * StrictMath.log(1 - values[j]));
            float angle = (float) (2 * Math.PI) * values[j + BLOCK / 2];
            values[j] = (float) (radius * StrictMath.cos(angle));
            values[j + BLOCK / 2] = (float) (radius * StrictMath.sin(angle));
        }
    }

    private static void fillInPairs(MersenneTwister random, float[] values) {
        for (int i = 0; i < values.length; i += 2) {
            double angle = 2 * Math.PI * nextDouble(random);
            double radius = StrictMath.sqrt(-2 * StrictMath.log1p(-nextDouble(random)));
            values[i] = (float) (radius * StrictMath.cos(angle));
            if (i + 1 < values.length) {
                values[i + 1] = (float) (radius * StrictMath.sin(angle));
            }
        }
    }

    private static double nextDouble(MersenneTwister random) {
        long high = random.nextInt() & 0xffffffffL;
        long low = random.nextInt() & 0xffffffffL;
        return ((high << 32 | low) & ((1L << 53) - 1)) * 0x1p-53;
    }
}
