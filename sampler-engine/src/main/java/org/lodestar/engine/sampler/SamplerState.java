package org.lodestar.engine.sampler;

import org.lodestar.engine.latent.Latents;

/// Where one sample stands between two steps. A run is a fold over these, so pausing, scrubbing and forking need nothing else.
///
/// @param x       the noisy state
/// @param history what the sampler remembers
public record SamplerState(Latents x, History history) {

    /// The state before the first step.
    public static SamplerState start(Latents x) {
        return new SamplerState(x, History.NONE);
    }
}
