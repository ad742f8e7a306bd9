package org.lodestar.engine.sampler;

import java.util.List;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.GuidedDenoiser;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// Jumps to the clean sample and noises it again, for latent consistency models, whose estimate is a finished picture at every level:
///
/// `C = c_out*D + c_skip*x`, `x' = alpha'*C + sigma'*z`, `c_skip = s^2/(u^2 + s^2)`, `c_out = u/sqrt(u^2 + s^2)`, `u = scaling*modelTime`, `s = 0.5`
///
/// The mixture with `x` makes time 0 the identity, as such models were taught; everywhere else `C` is almost exactly `D`.
///
/// Does not follow the ODE, and ignores the noise direction. One evaluation per step, one draw of noise per step but the last.
///
/// @param scaling what model times are multiplied with
/// @see <a href="https://arxiv.org/abs/2310.04378">Luo et al. 2023</a>
public record Lcm(double scaling) implements Sampler {

    public static final SamplerType TYPE = new SamplerType(
            new Descriptor(
                    "lcm",
                    "LCM",
                    "Latent consistency",
                    "For models distilled into latent consistency models: finished pictures in 2 to 8 steps. Blurs with other models.",
                    "x' = alpha'*(c_out*D + c_skip*x) + sigma'*z, c_skip = 0.25/(u^2 + 0.25), c_out = u/sqrt(u^2 + 0.25), u = scaling*t",
                    "arXiv 2310.04378",
                    Descriptor.Fidelity.EXACT,
                    List.of(ParameterSpec.number("scaling", "Time scaling", 0.1, 1000, 10, 1, "As the model was taught; 10 for almost all."))),
            0,
            1,
            1,
            true,
            p -> new Lcm(p.number("scaling")));

    @Override
    public Evaluation<SamplerState> step(Step step, SamplerState state, GuidedDenoiser denoiser, StepNoise noise) {
        double u = scaling * step.here().modelTime();
        double skip = 0.25 / (u * u + 0.25);
        double out = Math.abs(u) / StrictMath.sqrt(u * u + 0.25);
        return denoiser.at(state.x(), step.here()).map(p -> {
            Latents clean = LatentOps.combine(out, p.denoised(), skip, state.x());
            return SamplerState.start(
                    step.isLast() ? clean : LatentOps.combine(step.next().alpha(), clean, step.next().sigma(), noise.draw(0)));
        });
    }
}
