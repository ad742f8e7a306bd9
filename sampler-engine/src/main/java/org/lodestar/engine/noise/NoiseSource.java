package org.lodestar.engine.noise;

import org.lodestar.engine.latent.Latents;

/// Standard Gaussian noise as a pure function of the seed. Implementations are named in the recipe, because the same seed means another picture with another source.
public interface NoiseSource {

    /// Stable name: `torch`, ...
    String id();

    /// Tensor `number` of those that a run begins with, for one sample: from noise alone there is one, the noise of the first state. A run from a picture takes the encoder's noise first,
    /// then that of the first state.
    Latents opening(long seed, int number, int channels, int height, int width);

    /// The first of [#opening].
    default Latents initial(long seed, int channels, int height, int width) {
        return opening(seed, 0, channels, height, width);
    }

    /// Fresh noise that guidance draws within a step, apart from what the sampler draws. No other program's sequence has it, so that all sources take it from a counter.
    ///
    /// @param k which draw of guidance in the step, from 0
    default Latents guidance(long seed, int step, int k, int channels, int height, int width) {
        return CounterNoise.guidance(seed, step, k, channels, height, width);
    }

    /// Fresh noise for a step of the sample with that seed; can be had without any other draw.
    Latents draw(long seed, Draw draw, int channels, int height, int width);
}
