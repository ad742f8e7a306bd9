package org.lodestar.engine.sampler;

import java.util.List;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.GuidedDenoiser;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.schedule.NoiseLevel;

/// The Adams-Bashforth method with unequal steps: integrates the polynomial through the last slopes over the noise amount `s`,
///
/// `y' = y + sum_k w_k*d_k`, `w_k` = integral of `L_k(s)` from `s` to `s'`, `L_k` the Lagrange polynomials of the amounts `s_0 = s, s_1, ...` of the last steps
///
/// in the coordinates of [OdeLine]: `y = x/alpha`, `s = sigma/alpha`, `d = n`, or those of flow. The order grows with the steps known.
///
/// One evaluation per step, no noise.
///
/// @param order 1 to 4
public record Lms(int order) implements Sampler {

    public static final SamplerType TYPE = new SamplerType(
            new Descriptor(
                    "lms",
                    "LMS",
                    "Linear multistep",
                    "Continues the curve of up to four steps: quick, but restless with few steps or strong guidance.",
                    "y' = y + sum_k w_k*d_k, w_k = integral of L_k(s) from s to s'",
                    "k-diffusion; Adams-Bashforth",
                    Descriptor.Fidelity.EXACT,
                    List.of(ParameterSpec.whole("order", "Order", 1, 4, 4, "How many steps the curve goes through."))),
            4,
            1,
            1,
            false,
            p -> new Lms((int) p.number("order")));

    @Override
    public Evaluation<SamplerState> step(Step step, SamplerState state, GuidedDenoiser denoiser, StepNoise noise) {
        NoiseLevel here = step.here();
        OdeLine line = OdeLine.of(step.grid());
        return denoiser.at(state.x(), here).map(p -> {
            Slopes slopes = Slopes.of(state.history()).and(here, line.slope(p), order);
            List<Double> amounts = slopes.past().stream().map(past -> line.amount(past.level())).toList();
            double[] weights = AdamsWeights.of(amounts, line.amount(here), line.amount(step.next()), s -> 1);
            return new SamplerState(line.move(p, here, step.next(), 1, slopes.combined(weights)), slopes);
        });
    }
}
