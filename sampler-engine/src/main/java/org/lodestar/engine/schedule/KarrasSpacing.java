package org.lodestar.engine.schedule;

import java.util.List;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// Noise amounts `s` whose `rho`-th roots are evenly spaced, from the most to the least noise of the schedule:
///
/// `s_i = (s_max^(1/rho) + u_i*(s_min^(1/rho) - s_max^(1/rho)))^rho`, `u_i = i/(n-1)`, `s = sigma/alpha`, or `sigma/(alpha + sigma)` where the schedule reaches pure noise
///
/// A larger `rho` spends more steps on little noise; 1 is even in `s`.
///
/// @param rho  1 to 20
/// @param ends where the range begins and ends
/// @param whole whether the network is told whole times, half rounded to even
/// @see <a href="https://arxiv.org/abs/2206.00364">Karras et al. 2022, equation 5</a>
public record KarrasSpacing(double rho, RangeEnds ends, boolean whole) implements GridSpacing {

    public static final SpacingType TYPE = new SpacingType(
            new Descriptor(
                    "karras",
                    "Karras",
                    "Karras spacing",
                    "More steps where there is little noise left: crisper detail with few steps.",
                    "s_i = (s_max^(1/rho) + i/(n-1)*(s_min^(1/rho) - s_max^(1/rho)))^rho",
                    "arXiv 2206.00364",
                    Descriptor.Fidelity.EXACT,
                    List.of(
                            ParameterSpec.number("rho", "Curve", 1, 20, 7, 0.5, "How strongly steps gather at little noise; 7 is usual."),
                            RangeEnds.PARAMETER,
                            new ParameterSpec.Flag("whole", "Whole times", false, "Tells the network the nearest time it was trained on; the noise levels stay."))),
            p -> new KarrasSpacing(p.number("rho"), RangeEnds.of(p), p.flag("whole")));

    @Override
    public StepGrid grid(NoiseSchedule schedule, int steps) {
        NoiseRange range = NoiseRange.of(schedule, ends, steps);
        double top = StrictMath.pow(range.most(), 1 / rho);
        double bottom = StrictMath.pow(range.least(), 1 / rho);
        StepGrid grid = range.grid(steps, u -> StrictMath.pow(top + u * (bottom - top), rho));
        return whole ? grid.withWholeTimes() : grid;
    }
}
