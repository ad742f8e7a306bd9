package org.lodestar.engine.guidance;

import java.util.function.IntFunction;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Parameterization;
import org.lodestar.engine.schedule.NoiseLevel;
import org.lodestar.engine.schedule.StepGrid;

/// Where in the run one guided evaluation happens.
///
/// @param step             index of the step, from 0
/// @param stage            0 for the first evaluation of the step, 1 for the second (Heun), ...
/// @param grid             all levels of the run
/// @param level            the level of this evaluation (at stage 0 `grid.level(step)`)
/// @param x                the noisy state asked about
/// @param parameterization what the network puts out, for rules that are defined on raw outputs
/// @param branches         what can be asked
/// @param unit             latent cells: the network takes states whose sides are multiples of it
/// @param noise            fresh standard Gaussian noise of the state's shape for this step, by the number of the draw; the same draw is always the same noise
public record StepContext(
        int step, int stage, StepGrid grid, NoiseLevel level, Latents x, Parameterization parameterization, Branches branches, int unit, IntFunction<Latents> noise) {

    /// The level the step starts from: decisions that hold for the whole step (interval, latch) look at this one.
    public NoiseLevel stepLevel() {
        return grid.level(step);
    }

    /// The level the step goes to.
    public NoiseLevel nextLevel() {
        return grid.level(step + 1);
    }

    /// Number of steps in the run.
    public int steps() {
        return grid.steps();
    }

    /// `step / steps`, 0 at the first step, below 1 at the last.
    public double progress() {
        return (double) step / grid.steps();
    }

    /// Whether the step lies in the shares `from`..`to` of the run: `floor(from*N) <= step < floor(to*N)` with N steps.
    public boolean within(double from, double to) {
        // The small term keeps shares like 0.29 of 100 steps from falling short by rounding.
        return Math.floor(from * steps() + 1e-9) <= step && step < Math.floor(to * steps() + 1e-9);
    }

    /// The same place in the run, with other branches to choose from.
    StepContext choosingFrom(Branches others) {
        return new StepContext(step, stage, grid, level, x, parameterization, others, unit, noise);
    }

    /// The same place in the run, at another state and level.
    public StepContext at(Latents otherX, NoiseLevel otherLevel) {
        return new StepContext(step, stage, grid, otherLevel, otherX, parameterization, branches, unit, noise);
    }
}
