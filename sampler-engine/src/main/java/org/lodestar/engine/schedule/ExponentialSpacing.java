package org.lodestar.engine.schedule;

import java.util.List;
import org.lodestar.engine.parameter.Descriptor;

/// Noise amounts in equal ratios, that is, evenly spaced in `ln s`:
///
/// `s_i = s_max*(s_min/s_max)^(i/(n-1))`, `s = sigma/alpha`, or `sigma/(alpha + sigma)` where the schedule reaches pure noise
///
/// @param ends where the range begins and ends
public record ExponentialSpacing(RangeEnds ends) implements GridSpacing {

    public static final SpacingType TYPE = new SpacingType(
            new Descriptor(
                    "exponential",
                    "Exponential",
                    "Equal noise ratios",
                    "Every step divides the noise by the same factor: the most steps of all where little noise is left.",
                    "s_i = s_max*(s_min/s_max)^(i/(n-1))",
                    "arXiv 2206.00927",
                    Descriptor.Fidelity.EXACT,
                    List.of(RangeEnds.PARAMETER)),
            p -> new ExponentialSpacing(RangeEnds.of(p)));

    @Override
    public StepGrid grid(NoiseSchedule schedule, int steps) {
        NoiseRange range = NoiseRange.of(schedule, ends, steps);
        double top = StrictMath.log(range.most());
        double bottom = StrictMath.log(range.least());
        return range.grid(steps, u -> StrictMath.exp(top + u * (bottom - top)));
    }
}
