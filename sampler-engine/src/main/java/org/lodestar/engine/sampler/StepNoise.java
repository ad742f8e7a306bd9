package org.lodestar.engine.sampler;

import org.lodestar.engine.latent.Latents;

/// Fresh standard Gaussian noise for one step of one sample. Draw `k` of a step is always the same value, whatever was drawn before.
@FunctionalInterface
public interface StepNoise {
    Latents draw(int k);
}
