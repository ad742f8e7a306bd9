package org.lodestar.engine.sampler;

import java.util.List;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.GuidedDenoiser;
import org.lodestar.engine.parameter.Descriptor;

/// SDE-DPM-Solver++(3M): [DpmPp2MSde] with the second difference of the clean sample too:
///
/// `x' = alpha'*D + kept*n + s*fresh*z + alpha'*(phi2*d1 - phi3*d2)`, `H = (1 + eta)*h`,
/// `kept = sigma'*e^(-eta*h)`, `kept^2 + fresh^2 = sigma'^2`, `phi2 = 1 - (1 - e^-H)/H`, `phi3 = phi2/H - 1/2`
///
/// with the differences `d1`, `d2` of [Trend]. With `eta = 0` it is [DpmPp3M]. The second step has one difference; the step to the clean sample none.
///
/// Order 2 without noise (see [Trend] for why not 3), one evaluation per step, one draw of noise per step but the last.
///
/// @param eta        0 to 2, strength of the noise
/// @param noiseScale `s`, 1 keeps the variance right
/// @param solver     how the trend is weighted where one difference is known
/// @see <a href="https://arxiv.org/abs/2211.01095">Lu et al. 2022</a>
public record DpmPp3MSde(double eta, double noiseScale, SecondOrder solver) implements Sampler {

    public static final SamplerType TYPE = new SamplerType(
            new Descriptor(
                    "dpmpp_3m_sde",
                    "DPM++ 3M SDE",
                    "DPM-Solver++ multistep with noise, order 3",
                    "Looks three steps back and adds fresh noise: at its best with 30 steps or more.",
                    "x' = alpha'*D + kept*n + s*fresh*z + alpha'*(phi2*d1 - phi3*d2), H = (1 + eta)*h, phi2 = 1 - (1 - e^-H)/H, phi3 = phi2/H - 1/2",
                    "k-diffusion; arXiv 2211.01095",
                    Descriptor.Fidelity.EXACT,
                    List.of(Renoising.freshness("is DPM++ 3M"), Renoising.SCALE, SecondOrder.PARAMETER)),
            2,
            1,
            1,
            true,
            p -> new DpmPp3MSde(p.number("eta"), p.number("noiseScale"), SecondOrder.of(p)));

    @Override
    public Evaluation<SamplerState> step(Step step, SamplerState state, GuidedDenoiser denoiser, StepNoise noise) {
        return new DpmPp2MSde(eta, noiseScale, solver).step(3, step, state, denoiser, noise);
    }
}
