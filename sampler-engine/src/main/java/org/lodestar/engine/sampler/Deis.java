package org.lodestar.engine.sampler;

import java.util.List;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.GuidedDenoiser;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.schedule.NoiseLevel;

/// The exponential integrator with a polynomial in `ln s` through the last slopes:
///
/// `y' = y + sum_k w_k*d_k`, `w_k` = integral of `L_k(ln s)` over `s` from `s` to `s'`, `L_k` the Lagrange polynomials of the last steps' `ln s`
///
/// in the coordinates of [OdeLine]: `y = x/alpha`, `s = sigma/alpha`, `d = n`, or those of flow. The first step and the step to the clean sample are Euler's; runs of fewer than 15
/// steps end with orders 2 and 1.
///
/// One evaluation per step, no noise.
///
/// @param order 1 to 3
/// @see <a href="https://arxiv.org/abs/2204.13902">Zhang and Chen 2022</a>
public record Deis(int order) implements Sampler {

    public static final SamplerType TYPE = new SamplerType(
            new Descriptor(
                    "deis",
                    "DEIS",
                    "Diffusion exponential integrator",
                    "Follows the curve of the noise over two or three steps: smooth pictures with few steps.",
                    "y' = y + sum_k w_k*d_k, w_k = integral of L_k(ln s) over s from s to s'",
                    "arXiv 2204.13902",
                    Descriptor.Fidelity.EXACT,
                    List.of(ParameterSpec.whole("order", "Order", 1, 3, 2, "How many steps the curve goes through."))),
            2,
            1,
            1,
            false,
            p -> new Deis((int) p.number("order")));

    @Override
    public Evaluation<SamplerState> step(Step step, SamplerState state, GuidedDenoiser denoiser, StepNoise noise) {
        NoiseLevel here = step.here();
        NoiseLevel next = step.next();
        OdeLine line = OdeLine.of(step.grid());
        return denoiser.at(state.x(), here).map(p -> {
            Slopes slopes = Slopes.of(state.history()).and(here, line.slope(p), order);
            int stepsLeft = step.grid().steps() - step.index();
            int used = step.grid().steps() < 15 ? Math.min(slopes.past().size(), stepsLeft) : slopes.past().size();
            if (used == 1 || next.isClean()) {
                return new SamplerState(LatentOps.combine(next.alpha(), p.denoised(), next.sigma(), p.noise()), slopes);
            }
            List<Double> logs = slopes.past().stream().limit(used).map(past -> StrictMath.log(line.amount(past.level()))).toList();
            double[] weights = AdamsWeights.of(logs, logs.getFirst(), StrictMath.log(line.amount(next)), StrictMath::exp);
            return new SamplerState(line.move(p, here, next, 1, slopes.combined(weights)), slopes);
        });
    }
}
