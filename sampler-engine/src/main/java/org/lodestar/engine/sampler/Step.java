package org.lodestar.engine.sampler;

import org.lodestar.engine.schedule.NoiseLevel;
import org.lodestar.engine.schedule.StepGrid;

/// One step of a grid: from [#here()] to [#next()].
public record Step(int index, StepGrid grid) {
    public NoiseLevel here() {
        return grid.level(index);
    }

    public NoiseLevel next() {
        return grid.level(index + 1);
    }

    public boolean isLast() {
        return index == grid.steps() - 1;
    }
}
