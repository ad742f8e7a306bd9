package org.lodestar.engine.sampler;

import java.util.List;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.GuidedDenoiser;
import org.lodestar.engine.parameter.Descriptor;

/// SDE-DPM-Solver++(2M): the reverse SDE of strength `eta`, with the trend of the clean sample since the step before, over the half log-SNR `l = ln(alpha/sigma)`:
///
/// `x' = alpha'*D + kept*n + s*fresh*z + alpha'*b*(D - D_prev)/r`, `h = l' - l`, `r = (l - l_prev)/h`, `H = (1 + eta)*h`,
/// `kept = sigma'*e^(-eta*h)`, `kept^2 + fresh^2 = sigma'^2`, `b = (1 - e^-H)/2` (midpoint) or `b = 1 - (1 - e^-H)/H` (heun)
///
/// The first step and the step to the clean sample have no trend; so has the last step of a run of fewer than 15 steps. With `eta = 0` it is [DpmPp2M], where `D_prev` is explained.
///
/// Order 2 without noise, one evaluation per step, one draw of noise per step but the last.
///
/// @param eta        0 to 2, strength of the noise
/// @param noiseScale `s`, 1 keeps the variance right
/// @param solver     how the trend is weighted
/// @see <a href="https://arxiv.org/abs/2211.01095">Lu et al. 2022</a>
public record DpmPp2MSde(double eta, double noiseScale, SecondOrder solver) implements Sampler {

    public static final SamplerType TYPE = new SamplerType(
            new Descriptor(
                    "dpmpp_2m_sde",
                    "DPM++ 2M SDE",
                    "DPM-Solver++ multistep with noise, order 2",
                    "DPM++ 2M with fresh noise at every step: more detail and variety for the same work.",
                    "x' = alpha'*D + kept*n + s*fresh*z + alpha'*b*(D - D_prev)/r, kept = sigma'*e^(-eta*h), H = (1 + eta)*h, b = (1 - e^-H)/2",
                    "arXiv 2211.01095; k-diffusion",
                    Descriptor.Fidelity.EXACT,
                    List.of(Renoising.freshness("is DPM++ 2M"), Renoising.SCALE, SecondOrder.PARAMETER)),
            2,
            1,
            1,
            true,
            p -> new DpmPp2MSde(p.number("eta"), p.number("noiseScale"), SecondOrder.of(p)));

    @Override
    public Evaluation<SamplerState> step(Step step, SamplerState state, GuidedDenoiser denoiser, StepNoise noise) {
        return step(2, step, state, denoiser, noise);
    }

    /// The step with the trend of as many steps as `order` says, which [DpmPp3MSde] has one more of.
    Evaluation<SamplerState> step(int order, Step step, SamplerState state, GuidedDenoiser denoiser, StepNoise noise) {
        return denoiser.at(state.x(), step.here()).map(p -> {
            Trend trend = Trend.of(state.history());
            Renoising part = Renoising.continuous(step.here(), step.next(), eta);
            Latents moved = LatentOps.combine(step.next().alpha(), p.denoised(), part.kept(), p.noise());
            moved = trend.addTo(moved, step, p, eta, order, solver);
            return new SamplerState(part.addTo(moved, noiseScale, () -> noise.draw(0)), trend.after(step, state.x(), p, order));
        });
    }
}
