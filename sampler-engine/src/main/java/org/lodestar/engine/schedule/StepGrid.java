package org.lodestar.engine.schedule;

import java.util.List;

/// The finite, descending list of noise levels one run visits: `steps + 1` levels, the last one clean (or the schedule's end).
///
/// @param levels       noisiest first
/// @param initialScale what unit Gaussian noise is multiplied with to give the first state (1 where alpha^2 + sigma^2 = 1 is assumed, sigma otherwise)
public record StepGrid(List<NoiseLevel> levels, double initialScale) {

    public StepGrid {
        levels = List.copyOf(levels);
        if (levels.size() < 2) {
            throw new IllegalArgumentException("a grid needs at least two levels, got " + levels.size());
        }
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
