package org.lodestar.engine.schedule;

/// How a run spreads its steps over the noise levels.
@FunctionalInterface
public interface GridSpacing {

    /// The grid of `steps` steps on `schedule`.
    StepGrid grid(NoiseSchedule schedule, int steps);

    /// How many of `steps` steps are done from a picture that may change by `strength`: `floor(steps*strength)`.
    default int stepsFrom(int steps, double strength) {
        return Math.min(steps, (int) (steps * strength));
    }

    /// The grid of a run from a picture: the last [#stepsFrom] steps of the usual one.
    ///
    /// @throws IllegalArgumentException if that is no step at all
    default StepGrid gridFrom(NoiseSchedule schedule, int steps, double strength) {
        return grid(schedule, steps).last(stepsFrom(steps, strength));
    }
}
