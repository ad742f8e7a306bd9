package org.lodestar.engine.schedule;

import java.util.function.DoubleUnaryOperator;

/// The range of noise amounts that [KarrasSpacing], [ExponentialSpacing] and [BetaSpacing] spread steps over.
///
/// The amount is `sigma/alpha`. For schedules that reach pure noise, where that is infinite, it is `sigma/(alpha + sigma)` (for flow this is `t`), so that no steps are spent on
/// noise levels that all look the same.
record NoiseRange(NoiseSchedule schedule, boolean reachesPureNoise, double least, double most) {

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
        return schedule.atKarrasSigma(reachesPureNoise ? amount / (1 - amount) : amount);
    }
}
