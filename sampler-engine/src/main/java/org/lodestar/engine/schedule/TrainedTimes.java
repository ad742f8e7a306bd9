package org.lodestar.engine.schedule;

import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lodestar.engine.fault.EngineException;

/// Grids whose steps are chosen by the share of training times, for spacings of this package.
final class TrainedTimes {
    private TrainedTimes() {}

    /// The grid whose step `i` starts at the model time `time(i)`, and which ends where the schedule does.
    ///
    /// @throws EngineException.InvalidInput if there are more steps than times to choose from
    static StepGrid grid(NoiseSchedule schedule, int steps, IntToDoubleFunction time) {
        requireSteps(schedule, steps);
        return endingClean(schedule, IntStream.range(0, steps).mapToObj(i -> schedule.at(time.applyAsDouble(i))));
    }

    /// A grid over `starts` that ends where the schedule does.
    static StepGrid endingClean(NoiseSchedule schedule, Stream<NoiseLevel> starts) {
        return StepGrid.of(schedule, Stream.concat(starts, Stream.of(schedule.clean())).toList());
    }

    /// Refuses step counts that a schedule cannot be divided into.
    static void requireSteps(NoiseSchedule schedule, int steps) {
        int most = schedule.trainedTimes() == 0 ? 10_000 : schedule.trainedTimes();
        if (steps < 1 || steps > most) {
            throw new EngineException.InvalidInput("steps", "a whole number from 1 to " + most, String.valueOf(steps), "Choose a number in that range");
        }
    }

    /// `count` numbers from `from` to `to` in equal distances; `from` alone if one is wanted.
    static List<Double> evenly(double from, double to, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> count == 1 ? from : from + (to - from) * i / (count - 1))
                .toList();
    }
}
