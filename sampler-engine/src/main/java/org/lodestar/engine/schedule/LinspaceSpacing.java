package org.lodestar.engine.schedule;

import java.util.List;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// Times spread evenly over the whole range, both ends included:
///
/// `t_i = (T-1)*(1 - i/(n-1))`, `i = 0..n-1`; one step starts at the most noise
///
/// With `open`, `n+1` times are spread and the least noisy one is left out. With `whole`, times are rounded to trained ones; else they may be fractions.
///
/// @param open  whether to plan one time more and leave the last one out
/// @param whole whether to round to trained times
/// @see <a href="https://arxiv.org/abs/2305.08891">Lin et al. 2023, table 2</a>
public record LinspaceSpacing(boolean open, boolean whole) implements GridSpacing {

    public static final SpacingType TYPE = new SpacingType(
            new Descriptor(
                    "linspace",
                    "Linspace",
                    "Even over the whole range",
                    "Even steps from full noise to the last trained time.",
                    "t_i = (T-1)*(1 - i/(n-1))",
                    "arXiv 2305.08891",
                    Descriptor.Fidelity.EXACT,
                    List.of(
                            new ParameterSpec.Flag("open", "Skip last", false, "Plans one time more and leaves the least noisy one out, as DPM-Solver does."),
                            new ParameterSpec.Flag("whole", "Whole times", false, "Rounds to the times the network was trained on."))),
            p -> new LinspaceSpacing(p.flag("open"), p.flag("whole")));

    @Override
    public StepGrid grid(NoiseSchedule schedule, int steps) {
        int count = open ? steps + 1 : steps;
        if (schedule.trainedTimes() == 0) {
            List<Double> shares = TrainedTimes.evenly(1, schedule.leastShare(), count);
            return TrainedTimes.grid(schedule, steps, i -> schedule.timeAt(shares.get(i)));
        }
        List<Double> times = TrainedTimes.evenly(schedule.maxTime(), schedule.minTime(), count);
        return TrainedTimes.grid(schedule, steps, i -> whole ? Math.rint(times.get(i)) : times.get(i));
    }
}
