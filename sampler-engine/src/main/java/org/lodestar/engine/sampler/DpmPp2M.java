package org.lodestar.engine.sampler;

import java.util.List;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.GuidedDenoiser;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.schedule.NoiseLevel;

/// DPM-Solver++(2M): DDIM plus the trend of the clean sample since the step before, over the half log-SNR `l = ln(alpha/sigma)`:
///
/// `x' = alpha'*D + sigma'*n + alpha'*b*(D - D_prev)/r`, `h = l' - l`, `r = (l - l_prev)/h`,
/// `b = (1 - e^-h)/2` (midpoint) or `b = 1 - (1 - e^-h)/h` (heun)
///
/// The first step and the step to the clean sample are DDIM's; so is, by itself, the one after a step from pure noise (`r` infinite).
///
/// `D_prev` is the clean sample that the noise direction of its step belonged to, `(x - sigma*n)/alpha`. That is `D` unless a policy chose another noise direction; CFG++ defines its
/// multistep form this way (its unconditional estimate is remembered).
///
/// Order 2, one evaluation per step, no noise.
///
/// @param solver how the trend is weighted
/// @see <a href="https://arxiv.org/abs/2211.01095">Lu et al. 2022</a>
public record DpmPp2M(Solver solver) implements Sampler {

    /// Two second-order weights of the trend.
    public enum Solver {
        MIDPOINT {
            @Override
            double weight(double h) {
                return -StrictMath.expm1(-h) / 2;
            }
        },
        HEUN {
            @Override
            double weight(double h) {
                return 1 + StrictMath.expm1(-h) / h;
            }
        };

        /// `b`
        abstract double weight(double h);
    }

    public static final SamplerType TYPE = new SamplerType(
            new Descriptor(
                    "dpmpp_2m",
                    "DPM++ 2M",
                    "DPM-Solver++ multistep, order 2",
                    "Uses the trend of the last two steps: sharp, settled pictures in 15 to 30 steps at no extra cost.",
                    "x' = alpha'*D + sigma'*n + alpha'*b*(D - D_prev)/r, h = l' - l, r = (l - l_prev)/h, b = (1 - e^-h)/2, l = ln(alpha/sigma)",
                    "arXiv 2211.01095",
                    Descriptor.Fidelity.EXACT,
                    List.of(new ParameterSpec.Choice(
                            "solver", "Variant", List.of("midpoint", "heun"), "midpoint", "How the trend is weighted; the difference is small."))),
            2,
            1,
            1,
            false,
            p -> new DpmPp2M(p.text("solver").equals("heun") ? Solver.HEUN : Solver.MIDPOINT));

    /// The step before.
    private record Previous(NoiseLevel level, Latents denoised) implements History {}

    @Override
    public Evaluation<SamplerState> step(Step step, SamplerState state, GuidedDenoiser denoiser, StepNoise noise) {
        return denoiser.at(state.x(), step.here()).map(p -> new SamplerState(move(step, state, p), remember(step.here(), state.x(), p)));
    }

    private Latents move(Step step, SamplerState state, Prediction p) {
        NoiseLevel next = step.next();
        Latents first = LatentOps.combine(next.alpha(), p.denoised(), next.sigma(), p.noise());
        if (!(state.history() instanceof Previous previous) || next.isClean()) {
            return first;
        }
        double l = step.here().halfLogSnr();
        double h = next.halfLogSnr() - l;
        double r = (l - previous.level().halfLogSnr()) / h;
        return LatentOps.addScaled(first, next.alpha() * solver.weight(h) / r, LatentOps.subtract(p.denoised(), previous.denoised()));
    }

    private static Previous remember(NoiseLevel here, Latents x, Prediction p) {
        Latents belonging = here.alpha() == 0 ? p.denoised() : LatentOps.combine(1 / here.alpha(), x, -here.sigma() / here.alpha(), p.noise());
        return new Previous(here, belonging);
    }
}
