package org.lodestar.engine.noise;

import org.lodestar.engine.latent.Latents;

/// Standard Gaussian noise as a pure function of the seed. Implementations are named in the recipe, because the same seed means another picture with another source.
public interface NoiseSource {

    /// Stable name: `torch`, ...
    String id();

    /// The first state's noise for one sample.
    Latents initial(long seed, int channels, int height, int width);

    /// Noise for draw `k` of step `step` of the sample with that seed; independent of every other draw.
    Latents draw(long seed, int step, int k, int channels, int height, int width);
}
