package org.lodestar.engine.sampler;

import java.util.List;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.GuidedDenoiser;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.schedule.NoiseLevel;

/// DPM-Solver++(2S) over pairs of steps: a DDIM step, then a second-order step over both from where the pair began (index 0):
///
/// `x_1 = alpha_1*D_0 + sigma_1*n_0`,
/// `x_2 = alpha_2*D_0 + sigma_2*n_0 + alpha_2*b*(D_1 - D_0)/r`, `h = l_2 - l_0`, `r = (l_1 - l_0)/h`, `l = ln(alpha/sigma)`,
/// `b = (1 - e^-h)/2` (midpoint) or `b = 1 - (1 - e^-h)/h` (heun)
///
/// The last step, and a pair that begins at pure noise, is DDIM's. Order 2, one evaluation per step, no noise.
///
/// @param solver how the difference is weighted
/// @see <a href="https://arxiv.org/abs/2211.01095">Lu et al. 2022, algorithm 1</a>
public record DpmPp2S(SecondOrder solver) implements Sampler {

    public static final SamplerType TYPE = new SamplerType(
            new Descriptor(
                    "dpmpp_2s",
                    "DPM++ 2S",
                    "DPM-Solver++ singlestep, order 2",
                    "Works in pairs of steps without looking further back: steady under strong guidance.",
                    "x_2 = alpha_2*D_0 + sigma_2*n_0 + alpha_2*b*(D_1 - D_0)/r, h = l_2 - l_0, r = (l_1 - l_0)/h, b = (1 - e^-h)/2",
                    "arXiv 2211.01095",
                    Descriptor.Fidelity.EXACT,
                    List.of(SecondOrder.PARAMETER)),
            2,
            1,
            1,
            false,
            p -> new DpmPp2S(SecondOrder.of(p)));

    /// The first step of a pair.
    private record Opened(NoiseLevel level, Prediction prediction) implements History {}

    @Override
    public Evaluation<SamplerState> step(Step step, SamplerState state, GuidedDenoiser denoiser, StepNoise noise) {
        NoiseLevel next = step.next();
        return denoiser.at(state.x(), step.here()).map(p -> {
            if (state.history() instanceof Opened opened && !step.isLast()) {
                return SamplerState.start(close(opened, step, p));
            }
            History opened = step.here().alpha() == 0 ? History.NONE : new Opened(step.here(), p);
            return new SamplerState(LatentOps.combine(next.alpha(), p.denoised(), next.sigma(), p.noise()), opened);
        });
    }

    private Latents close(Opened opened, Step step, Prediction middle) {
        NoiseLevel next = step.next();
        Prediction start = opened.prediction();
        double l = opened.level().halfLogSnr();
        double h = next.halfLogSnr() - l;
        if (h == 0) {
            return LatentOps.combine(next.alpha(), start.denoised(), next.sigma(), start.noise());
        }
        double r = (step.here().halfLogSnr() - l) / h;
        double weight = next.alpha() * solver.weight(h) / r;
        return LatentOps.combine(next.alpha() - weight, start.denoised(), next.sigma(), start.noise(), weight, middle.denoised());
    }
}
