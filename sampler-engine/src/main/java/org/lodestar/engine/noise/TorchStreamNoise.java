package org.lodestar.engine.noise;

import org.lodestar.engine.latent.Latents;

/// One unbroken sequence of torch's CPU generator for the whole run, as pipelines with a single generator draw it: the first state, then every step's fresh noise in turn. With it, samplers that
/// add noise give the picture that a seed gives there.
///
/// Draw number `m` is what `randn` gives after `m` tensors of the same size ([TorchNoise] says how), found by passing over the words that those took: exact at any step without the steps before
/// it, so that pausing, scrubbing and branching change nothing. A sampler counts the same number of draws in every step, needed or not.
///
/// Tensors of fewer than 16 values begin with a fresh pair of words each, where torch may still hold one value back; latents are never that small.
public final class TorchStreamNoise implements NoiseSource {

    @Override
    public String id() {
        return "torch-stream";
    }

    @Override
    public Latents opening(long seed, int number, int channels, int height, int width) {
        return Latents.adopt(channels, height, width, TorchNoise.randn(seed, number, channels * height * width));
    }

    @Override
    public Latents draw(long seed, Draw draw, int channels, int height, int width) {
        return opening(seed, draw.number(), channels, height, width);
    }
}
