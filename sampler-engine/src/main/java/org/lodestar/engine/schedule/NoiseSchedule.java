package org.lodestar.engine.schedule;

/// The noise levels a network was trained on, as a function of its own time coordinate. Strictly falling signal-to-noise ratio over `modelTime`.
/// Implementations compute in 64-bit with [StrictMath], so that levels are the same on every machine.
public interface NoiseSchedule {

    /// The level at `modelTime`; fractions between two trained times are interpolated as the implementation documents.
    ///
    /// @param modelTime within [#minTime()]..[#maxTime()]; clamped to it
    NoiseLevel at(double modelTime);

    /// The level whose `sigma/alpha` is `karrasSigma` (clamped to the trained range), with its fractional model time.
    NoiseLevel atKarrasSigma(double karrasSigma);

    /// Where sampling stops: usually `alpha = 1, sigma = 0`; some schedules end at their first trained level instead.
    NoiseLevel clean();

    /// The model time of the least noise the network was trained on.
    double minTime();

    /// The model time of the most noise.
    double maxTime();

    /// How many noise levels the network was trained on where they stand at the whole model times [#minTime()]..[#maxTime()] (1000 for most); 0 where time is
    /// continuous.
    default int trainedTimes() {
        return 0;
    }

    /// Whether both were taught the same levels at the same model times, however sampling ends and its steps are spread.
    default boolean hasLevelsOf(NoiseSchedule other) {
        return equals(other);
    }

    /// The model time below which the share `share` of the levels seen in training lies, [#leastShare()]..1. Evenly spread steps are even in this share; a shifted
    /// schedule bends it towards the noise.
    default double timeAt(double share) {
        return maxTime() - (1 - share) / (1 - leastShare()) * (maxTime() - minTime());
    }

    /// The share that belongs to [#minTime()].
    default double leastShare() {
        return 0;
    }
}
