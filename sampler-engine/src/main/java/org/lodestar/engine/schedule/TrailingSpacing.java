package org.lodestar.engine.schedule;

import java.util.List;
import org.lodestar.engine.parameter.Descriptor;

/// Equal strides counted from the noisy end:
///
/// `t_i = round(T - i*T/n) - 1`, `i = 0..n-1`
///
/// Starts at the most noise and stops one stride before the clean end, so it suits few steps and is needed for zero terminal signal-to-noise ratio. Where time is continuous the
/// shares are `1 - i/n`, without rounding.
///
/// @see <a href="https://arxiv.org/abs/2305.08891">Lin et al. 2023, table 2</a>
public record TrailingSpacing() implements GridSpacing {

    public static final SpacingType TYPE = new SpacingType(
            new Descriptor(
                    "trailing",
                    "Trailing",
                    "Equal strides from the noisy end",
                    "Even steps that start at full noise. Right for few steps and for models trained down to no signal at all.",
                    "t_i = round(T - i*T/n) - 1",
                    "arXiv 2305.08891",
                    Descriptor.Fidelity.EXACT,
                    List.of()),
            p -> new TrailingSpacing());

    @Override
    public StepGrid grid(NoiseSchedule schedule, int steps) {
        double times = schedule.trainedTimes();
        return times == 0
                ? TrainedTimes.grid(schedule, steps, i -> schedule.timeAt(1 - (double) i / steps))
                : TrainedTimes.grid(schedule, steps, i -> Math.rint(times - i * (times / steps)) - 1);
    }
}
