package org.lodestar.engine;

import org.lodestar.engine.schedule.BetaTable;
import org.lodestar.engine.schedule.NoiseSchedule;
import org.lodestar.engine.schedule.VpSchedule;

/// Schedules for tests.
final class ToySchedules {
    private ToySchedules() {}

    /// The table Stable Diffusion was trained with.
    static NoiseSchedule vp() {
        return VpSchedule.of(BetaTable.scaledLinear(1000, 0.00085, 0.012).alphaBars());
    }
}
