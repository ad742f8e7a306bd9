package org.lodestar.engine.schedule;

import java.util.List;
import java.util.function.ToDoubleFunction;

/// A schedule that knows a few levels only. Between two neighbours `alpha`, `sigma` and the model time lie on straight lines.
///
/// @param levels noisiest first, at least two; model times and `sigma/alpha` fall
record LevelTable(List<NoiseLevel> levels) implements NoiseSchedule {

    @Override
    public NoiseLevel at(double modelTime) {
        double time = Math.clamp(modelTime, minTime(), maxTime());
        int upper = upper(time, NoiseLevel::modelTime);
        NoiseLevel from = levels.get(upper);
        NoiseLevel to = levels.get(upper + 1);
        double distance = from.modelTime() - to.modelTime();
        return between(from, to, distance == 0 ? 0 : (from.modelTime() - time) / distance);
    }

    @Override
    public NoiseLevel atKarrasSigma(double karrasSigma) {
        if (karrasSigma >= levels.getFirst().karrasSigma()) {
            return levels.getFirst();
        }
        double ratio = Math.max(karrasSigma, levels.getLast().karrasSigma());
        int upper = upper(ratio, NoiseLevel::karrasSigma);
        NoiseLevel from = levels.get(upper);
        NoiseLevel to = levels.get(upper + 1);
        // The point of the line from (alpha, sigma) to (alpha', sigma') where sigma = ratio*alpha.
        double excess = from.sigma() - ratio * from.alpha();
        return between(from, to, excess / (excess - (to.sigma() - ratio * to.alpha())));
    }

    @Override
    public NoiseLevel clean() {
        return levels.getLast();
    }

    @Override
    public double minTime() {
        return levels.getLast().modelTime();
    }

    @Override
    public double maxTime() {
        return levels.getFirst().modelTime();
    }

    /// The index of the noisier of the two neighbours that `value` lies between.
    private int upper(double value, ToDoubleFunction<NoiseLevel> of) {
        int index = 0;
        while (index < levels.size() - 2 && of.applyAsDouble(levels.get(index + 1)) >= value) {
            index++;
        }
        return index;
    }

    private static NoiseLevel between(NoiseLevel from, NoiseLevel to, double share) {
        return new NoiseLevel(
                from.modelTime() + share * (to.modelTime() - from.modelTime()),
                from.alpha() + share * (to.alpha() - from.alpha()),
                from.sigma() + share * (to.sigma() - from.sigma()));
    }
}
