package org.lodestar.engine.sampler;

import java.util.List;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.GuidedDenoiser;
import org.lodestar.engine.parameter.Descriptor;

/// DPM-Solver++(3M): DDIM plus the first and second difference of the clean sample over the half log-SNR `l = ln(alpha/sigma)`:
///
/// `x' = alpha'*D + sigma'*n + alpha'*(phi2*d1 - phi3*d2)`, `h = l' - l`, `phi2 = 1 - (1 - e^-h)/h`, `phi3 = phi2/h - 1/2`
///
/// with the differences `d1`, `d2` of [Trend]. The second step is that of [DpmPp2M], the first one and the step to the clean sample are DDIM's; runs of fewer than 15 steps end with
/// orders 2 and 1.
///
/// Order 2 (see [Trend] for why not 3), one evaluation per step, no noise.
///
/// @param solver how the trend is weighted where one difference is known
/// @see <a href="https://arxiv.org/abs/2211.01095">Lu et al. 2022</a>
public record DpmPp3M(SecondOrder solver) implements Sampler {

    public static final SamplerType TYPE = new SamplerType(
            new Descriptor(
                    "dpmpp_3m",
                    "DPM++ 3M",
                    "DPM-Solver++ multistep, order 3",
                    "Looks three steps back: the closest to the exact path per evaluation when guidance is mild.",
                    "x' = alpha'*D + sigma'*n + alpha'*(phi2*d1 - phi3*d2), phi2 = 1 - (1 - e^-h)/h, phi3 = phi2/h - 1/2, h = l' - l, l = ln(alpha/sigma)",
                    "arXiv 2211.01095",
                    Descriptor.Fidelity.EXACT,
                    List.of(SecondOrder.PARAMETER)),
            2,
            1,
            1,
            false,
            p -> new DpmPp3M(SecondOrder.of(p)));

    @Override
    public Evaluation<SamplerState> step(Step step, SamplerState state, GuidedDenoiser denoiser, StepNoise noise) {
        return new DpmPp3MSde(0, 1, solver).step(step, state, denoiser, noise);
    }
}
