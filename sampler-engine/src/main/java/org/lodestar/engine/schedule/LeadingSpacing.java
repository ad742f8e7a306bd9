package org.lodestar.engine.schedule;

import java.util.List;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// Equal strides counted from the clean end:
///
/// `t_i = offset + i*floor(T/n)`, `i = n-1..0`
///
/// Starts noticeably below the most noise, which networks without zero terminal signal-to-noise ratio tolerate. With `open`, the stride is `floor(T/(n+1))` and the least noisy of
/// its `n+1` times is left out. Where time is continuous the share `1/n` takes the place of the stride.
///
/// @param offset added to every time
/// @param open   whether to plan one time more and leave the last one out
/// @see <a href="https://arxiv.org/abs/2305.08891">Lin et al. 2023, table 2</a>
public record LeadingSpacing(int offset, boolean open) implements GridSpacing {

    public static final SpacingType TYPE = new SpacingType(
            new Descriptor(
                    "leading",
                    "Leading",
                    "Equal strides from the clean end",
                    "Even steps that start a little below full noise. What the first Stable Diffusion models were shown with.",
                    "t_i = offset + i*floor(T/n)",
                    "arXiv 2305.08891",
                    Descriptor.Fidelity.EXACT,
                    List.of(
                            ParameterSpec.whole("offset", "Offset", 0, 10, 1, "Added to every time; 1 for Stable Diffusion."),
                            new ParameterSpec.Flag("open", "Skip last", false, "Plans one time more and leaves the least noisy one out, as DPM-Solver does."))),
            p -> new LeadingSpacing((int) p.number("offset"), p.flag("open")));

    @Override
    public StepGrid grid(NoiseSchedule schedule, int steps) {
        int times = schedule.trainedTimes();
        int strides = open ? steps + 1 : steps;
        if (times == 0) {
            return TrainedTimes.grid(schedule, steps, i -> schedule.timeAt(Math.max(schedule.leastShare(), (double) (strides - 1 - i) / strides)));
        }
        int stride = Math.max(1, times / strides);
        return TrainedTimes.grid(schedule, steps, i -> Math.min(times - 1, offset + (strides - 1 - i) * stride));
    }
}
