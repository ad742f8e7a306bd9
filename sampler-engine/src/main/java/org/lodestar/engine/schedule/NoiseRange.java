package org.lodestar.engine.schedule;

import java.util.function.DoubleUnaryOperator;

/// The range of noise amounts that [KarrasSpacing], [ExponentialSpacing] and [BetaSpacing] spread steps over.
///
/// The amount is `sigma/alpha`. Schedules of flow, whose ratio is infinite at pure noise, use `sigma/(alpha + sigma)`, that is `t`. A variance-preserving schedule with zero
/// terminal signal-to-noise ratio gives its largest finite ratio (see [VpSchedule]), so that the amounts are finite always.
record NoiseRange(NoiseSchedule schedule, boolean bounded, double least, double most) {

    static NoiseRange of(NoiseSchedule schedule) {
        double most = schedule.atKarrasSigma(Double.POSITIVE_INFINITY).karrasSigma();
        double least = schedule.at(schedule.minTime()).karrasSigma();
        return most == Double.POSITIVE_INFINITY
                ? new NoiseRange(schedule, true, least / (1 + least), 1)
                : new NoiseRange(schedule, false, least, most);
    }

    /// The grid whose step `i` of `n` starts from the amount `amount(i/(n-1))`.
    StepGrid grid(int steps, DoubleUnaryOperator amount) {
        TrainedTimes.requireSteps(schedule, steps);
        return TrainedTimes.endingClean(
                schedule, TrainedTimes.evenly(0, 1, steps).stream().map(ramp -> level(amount.applyAsDouble(ramp))));
    }

    private NoiseLevel level(double amount) {
        return schedule.atKarrasSigma(bounded ? amount / (1 - amount) : amount);
    }
}
