package org.lodestar.engine.model;

import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.schedule.NoiseLevel;

/// The denoiser as a sampler sees it: guidance already applied. A sampler must use the noise direction it is given and never rebuild it from x and denoised,
/// since a policy may choose another one (CFG++ does).
@FunctionalInterface
public interface GuidedDenoiser {

    /// The guided estimate at `x`. The first call of a step is stage 0, the next one stage 1, and so on.
    Evaluation<Prediction> at(Latents x, NoiseLevel level);
}
