package org.lodestar.engine.schedule;

import java.util.function.DoubleUnaryOperator;

/// The range of noise amounts that [KarrasSpacing], [ExponentialSpacing] and [BetaSpacing] spread steps over.
///
/// The amount is `sigma/alpha`. For schedules that reach pure noise, where that is infinite, it is `sigma/(alpha + sigma)` (for flow this is `t`), so that no steps are spent on
/// noise levels that all look the same.
record NoiseRange(NoiseSchedule schedule, boolean reachesPureNoise, double least, double most) {

    static NoiseRange of(NoiseSchedule schedule, RangeEnds ends, int steps) {
        TrainedTimes.requireSteps(schedule, steps);
        NoiseLevel top = schedule.at(schedule.maxTime());
        NoiseLevel bottom = schedule.at(schedule.minTime());
        if (ends != RangeEnds.TRAINED) {
            StepGrid walked = (ends == RangeEnds.LEADING ? new LeadingSpacing(1, false) : new TrailingSpacing()).grid(schedule, steps);
            top = walked.level(0);
            bottom = walked.level(steps - 1);
        }
        boolean reachesPureNoise = schedule.at(schedule.maxTime()).alpha() == 0;
        return reachesPureNoise
                ? new NoiseRange(schedule, true, share(bottom), share(top))
                : new NoiseRange(schedule, false, bottom.karrasSigma(), top.karrasSigma());
    }

    /// The grid whose step `i` of `n` starts from the amount `amount(i/(n-1))`.
    StepGrid grid(int steps, DoubleUnaryOperator amount) {
        return TrainedTimes.endingClean(
                schedule, TrainedTimes.evenly(0, 1, steps).stream().map(ramp -> level(amount.applyAsDouble(ramp))));
    }

    private NoiseLevel level(double amount) {
        return schedule.atKarrasSigma(reachesPureNoise ? amount / (1 - amount) : amount);
    }

    private static double share(NoiseLevel level) {
        return level.sigma() / (level.alpha() + level.sigma());
    }
}
