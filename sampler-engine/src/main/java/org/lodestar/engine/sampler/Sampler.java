package org.lodestar.engine.sampler;

import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.GuidedDenoiser;

/// A numerical method that takes a sample from one noise level to the next. Stateless: what it remembers travels in [SamplerState].
///
/// With `D` and `n` the guided denoised sample and noise direction, the first-order move to level (alpha', sigma') is `x' = alpha'*D + sigma'*n`.
/// Higher orders start from the re-noised state `alpha*D + sigma*n` where they need a base (equal to x unless a policy chose another noise direction).
@FunctionalInterface
public interface Sampler {

    /// The state after `step`. Pure: asks `denoiser` one or more times and draws `noise` as needed.
    Evaluation<SamplerState> step(Step step, SamplerState state, GuidedDenoiser denoiser, StepNoise noise);

    /// How many draws of fresh noise a step may take: what a sequence that all steps share moves on by.
    default int drawsPerStep() {
        return 1;
    }
}
