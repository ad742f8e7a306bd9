package org.lodestar.engine.sampler;

import java.util.List;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.GuidedDenoiser;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

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
                    List.of(
                            ParameterSpec.number("eta", "Freshness", 0, 2, 1, 1, 0.05, "How much of the noise is fresh at every step; 0 is DPM++ 3M."),
                            ParameterSpec.number("noiseScale", "Noise scale", 0, 2, 1, 0.01, "Multiplies the fresh noise; a little below 1 smooths, above 1 roughens."),
                            SecondOrder.PARAMETER)),
            2,
            1,
            1,
            true,
            p -> new DpmPp3MSde(p.number("eta"), p.number("noiseScale"), SecondOrder.of(p)));

    @Override
    public Evaluation<SamplerState> step(Step step, SamplerState state, GuidedDenoiser denoiser, StepNoise noise) {
        return denoiser.at(state.x(), step.here()).map(p -> {
            Trend trend = Trend.of(state.history());
            Renoising part = Renoising.continuous(step.here(), step.next(), eta);
            Latents moved = LatentOps.combine(step.next().alpha(), p.denoised(), part.kept(), p.noise());
            moved = trend.addTo(moved, step, p, eta, 3, solver);
            return new SamplerState(part.addTo(moved, noiseScale, () -> noise.draw(0)), trend.after(step, state.x(), p, 3));
        });
    }
}
