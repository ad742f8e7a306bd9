package org.lodestar.engine.sampler;

import java.util.List;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.GuidedDenoiser;
import org.lodestar.engine.parameter.Descriptor;

/// The midpoint method, with the midpoint on a logarithmic scale of the noise amount `s`:
///
/// `y_m = y + (s_m - s)*d(y, s)`, `s_m = sqrt(s*s')`, `y' = y + (s' - s)*d(y_m, s_m)`
///
/// in the coordinates of [OdeLine]: `y = x/alpha`, `s = sigma/alpha`, `d = n`, or those of flow.
///
/// Order 2, two evaluations per step; the step to the clean sample is Euler's, with one.
///
/// @see <a href="https://arxiv.org/abs/2206.00364">Karras et al. 2022, algorithm 2</a>
public record Dpm2() implements Sampler {

    public static final SamplerType TYPE = new SamplerType(
            new Descriptor(
                    "dpm2",
                    "DPM2",
                    "Midpoint method",
                    "Looks at the middle of every step: like Heun, twice the work of Euler.",
                    "y' = y + (s' - s)*d(y_m, s_m), y_m = y + (s_m - s)*d(y, s), s_m = sqrt(s*s')",
                    "arXiv 2206.00364",
                    Descriptor.Fidelity.EXACT,
                    List.of()),
            2,
            2,
            1,
            false,
            p -> new Dpm2());

    @Override
    public Evaluation<SamplerState> step(Step step, SamplerState state, GuidedDenoiser denoiser, StepNoise noise) {
        return new Dpm2Ancestral(0, 1).step(step, state, denoiser, noise);
    }
}
