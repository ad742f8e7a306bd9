package org.lodestar.engine.noise;

import org.lodestar.engine.latent.Latents;

/// The noise that the A1111 family makes with its `NV` source, which imitates torch's `randn` on an NVIDIA GPU for latent-sized tensors.
///
/// Value `i` of draw `o` is `sqrt(-2 ln u) sin v` with `u = (2 x + 1) / 2^33`, `v = (2 y + 1) pi / 2^32`, where x and y are the first two words of [Philox] keyed by
/// the 64-bit seed at the counter `(o, 0, i, 0)`. The first state is draw 0; tensor `m` of those that open a run from a picture is at `(0, m, i, 0)`. Draw `k` of step `s` is at `(s + 1, k, i, 0)`: the sequence of that family for samplers
/// that draw once per step, and still a function of (seed, step, k) alone.
public final class NvNoise implements NoiseSource {

    @Override
    public String id() {
        return "nv";
    }

    @Override
    public Latents opening(long seed, int number, int channels, int height, int width) {
        return at(seed, 0, number, channels, height, width);
    }

    @Override
    public Latents draw(long seed, Draw draw, int channels, int height, int width) {
        return at(seed, draw.step() + 1, draw.k(), channels, height, width);
    }

    private static Latents at(long seed, int offset, int k, int channels, int height, int width) {
        Philox philox = new Philox(seed);
        float[] values = new float[channels * height * width];
        int[] block = new int[4];
        for (int i = 0; i < values.length; i++) {
            block[0] = offset;
            block[1] = k;
            block[2] = i;
            block[3] = 0;
            philox.encrypt(block);
            double u = ((block[0] & 0xffffffffL) + 0.5) * 0x1p-32;
            double v = ((block[1] & 0xffffffffL) + 0.5) * 0x1p-32 * 2 * Math.PI;
            values[i] = (float) (StrictMath.sqrt(-2 * StrictMath.log(u)) * StrictMath.sin(v));
        }
        return Latents.adopt(channels, height, width, values);
    }
}
