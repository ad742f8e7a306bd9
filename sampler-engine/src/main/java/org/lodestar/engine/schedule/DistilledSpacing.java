package org.lodestar.engine.schedule;

import java.util.List;
import java.util.stream.IntStream;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// Times out of the few that a distilled model was taught:
///
/// `t_i = (m - floor(i*m/n))*floor(T/m) - 1`, `i = 0..n-1`, `m` taught times
///
/// At most `m` steps. Where time is continuous the shares `1 - floor(i*m/n)/m` are taken.
///
/// @param taught `m`
/// @see <a href="https://arxiv.org/abs/2310.04378">Luo et al. 2023</a>
public record DistilledSpacing(int taught) implements GridSpacing {

    public static final SpacingType TYPE = new SpacingType(
            new Descriptor(
                    "distilled",
                    "Distilled",
                    "Times a distilled model was taught",
                    "For models distilled to a few steps (LCM, TCD): uses only the times they were taught.",
                    "t_i = (m - floor(i*m/n))*floor(T/m) - 1",
                    "arXiv 2310.04378",
                    Descriptor.Fidelity.EXACT,
                    List.of(ParameterSpec.whole("taught", "Taught times", 1, 1000, 50, "How many times the model was taught; 50 for almost all."))),
            p -> new DistilledSpacing((int) p.number("taught")));

    /// All steps are done, over fewer of the taught times; none if no time is left.
    @Override
    public int stepsFrom(int steps, double strength) {
        return (int) (taught * strength) < 1 ? 0 : steps;
    }

    /// Spreads the steps over the `floor(m*strength)` taught times with the least noise.
    @Override
    public StepGrid gridFrom(NoiseSchedule schedule, int steps, double strength) {
        return grid(schedule, steps, (int) (taught * strength));
    }

    @Override
    public StepGrid grid(NoiseSchedule schedule, int steps) {
        return grid(schedule, steps, taught);
    }

    /// @param used how many of the taught times to choose from, those with the least noise
    private StepGrid grid(NoiseSchedule schedule, int steps, int used) {
        int times = schedule.trainedTimes();
        int all = times == 0 ? taught : Math.min(taught, times);
        int most = Math.min(all, used);
        if (steps < 1 || steps > most) {
            throw new EngineException.InvalidInput(
                    "steps", "a whole number from 1 to " + most + ", the times the model was taught that are left to use", String.valueOf(steps), "Choose a number in that range");
        }
        List<Integer> ranks = IntStream.range(0, steps).mapToObj(i -> most - (int) ((long) i * most / steps)).toList();
        return times == 0
                ? TrainedTimes.grid(schedule, steps, i -> schedule.timeAt((double) ranks.get(i) / all))
                : TrainedTimes.grid(schedule, steps, i -> ranks.get(i) * Math.floorDiv(times, all) - 1);
    }
}
