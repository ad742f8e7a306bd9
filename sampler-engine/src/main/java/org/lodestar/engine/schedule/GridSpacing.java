package org.lodestar.engine.schedule;

/// How a run spreads its steps over the noise levels.
@FunctionalInterface
public interface GridSpacing {

    /// The grid of `steps` steps on `schedule`.
    StepGrid grid(NoiseSchedule schedule, int steps);
}
