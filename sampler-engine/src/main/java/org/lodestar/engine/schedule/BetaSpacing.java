package org.lodestar.engine.schedule;

import java.util.List;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// Noise amounts at the quantiles of a beta distribution:
///
/// `s_i = s_min + Q(1 - i/(n-1))*(s_max - s_min)`, `Q` the quantile function of `Beta(alpha, beta)`, `s = sigma/alpha`, or `sigma/(alpha + sigma)` where the schedule reaches pure noise
///
/// Both parameters below 1 gather steps at both ends of the range.
///
/// @param alpha first shape parameter; smaller gathers more steps at little noise
/// @param beta  second shape parameter; smaller gathers more steps at much noise
/// @param ends  where the range begins and ends
/// @see <a href="https://arxiv.org/abs/2407.12173">Lee et al. 2024</a>
public record BetaSpacing(double alpha, double beta, RangeEnds ends) implements GridSpacing {

    public static final SpacingType TYPE = new SpacingType(
            new Descriptor(
                    "beta",
                    "Beta",
                    "Beta quantiles",
                    "Gathers steps at both ends: at the layout of the picture and at its finest detail.",
                    "s_i = s_min + Q(1 - i/(n-1))*(s_max - s_min), Q = quantile of Beta(alpha, beta)",
                    "arXiv 2407.12173",
                    Descriptor.Fidelity.EXACT,
                    List.of(
                            ParameterSpec.number("alpha", "Fine end", 0.1, 5, 0.6, 0.05, "Smaller gathers more steps at little noise."),
                            ParameterSpec.number("beta", "Coarse end", 0.1, 5, 0.6, 0.05, "Smaller gathers more steps at much noise."),
                            RangeEnds.PARAMETER)),
            p -> new BetaSpacing(p.number("alpha"), p.number("beta"), RangeEnds.of(p)));

    @Override
    public StepGrid grid(NoiseSchedule schedule, int steps) {
        NoiseRange range = NoiseRange.of(schedule, ends, steps);
        BetaDistribution distribution = new BetaDistribution(alpha, beta);
        return range.grid(steps, u -> range.least() + distribution.quantile(1 - u) * (range.most() - range.least()));
    }
}
