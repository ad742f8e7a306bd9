package org.lodestar.engine.schedule;

import java.util.List;

/// The finite, descending list of noise levels one run visits: `steps + 1` levels, the last one clean (or the schedule's end).
///
/// @param levels       noisiest first
/// @param initialScale what unit Gaussian noise is multiplied with to give the first state (1 where alpha^2 + sigma^2 = 1 is assumed, sigma otherwise)
/// @param schedule     what the levels are taken from, for samplers that evaluate in between
public record StepGrid(List<NoiseLevel> levels, double initialScale, NoiseSchedule schedule) {

    public StepGrid {
        levels = List.copyOf(levels);
        if (levels.size() < 2) {
            throw new IllegalArgumentException("a grid needs at least two levels, got " + levels.size());
        }
    }

    /// A grid whose levels come from no schedule; between two of them `alpha`, `sigma` and the model time lie on straight lines.
    public StepGrid(List<NoiseLevel> levels, double initialScale) {
        this(levels, initialScale, new LevelTable(levels));
    }

    /// A grid over `levels` of `schedule` that starts from as much noise as its first level has.
    ///
    /// A variance-preserving network expects states of unit variance, so its first state is unit noise although `sigma` is a little below 1 there: the missing
    /// `alpha*x0` is made up for. (Some tools multiply with `sigma` instead when their steps start at the very last trained time; the states then differ by that
    /// factor, 0.998 for a common schedule.) All others start from `sigma` times unit noise.
    public static StepGrid of(NoiseSchedule schedule, List<NoiseLevel> levels) {
        NoiseLevel top = levels.getFirst();
        double variance = top.alpha() * top.alpha() + top.sigma() * top.sigma();
        return new StepGrid(levels, Math.abs(variance - 1) < 1e-9 ? 1 : top.sigma(), schedule);
    }

    /// The same levels, with the times that the network is told rounded to whole ones (half to even).
    StepGrid withWholeTimes() {
        List<NoiseLevel> rounded = levels.stream().map(level -> new NoiseLevel(Math.rint(level.modelTime()), level.alpha(), level.sigma())).toList();
        return new StepGrid(rounded, initialScale, schedule);
    }

    /// The last `steps` steps: what is left to do from a state with less noise.
    ///
    /// @throws IllegalArgumentException unless `steps` is from 1 to [#steps()]
    public StepGrid last(int steps) {
        if (steps < 1 || steps > steps()) {
            throw new IllegalArgumentException("the last " + steps + " of " + steps() + " steps");
        }
        return new StepGrid(levels.subList(steps() - steps, levels.size()), initialScale, schedule);
    }

    /// Number of steps: one less than the number of levels.
    public int steps() {
        return levels.size() - 1;
    }

    /// The level that step `index` starts from; `steps()` gives the last level.
    public NoiseLevel level(int index) {
        return levels.get(index);
    }
}
