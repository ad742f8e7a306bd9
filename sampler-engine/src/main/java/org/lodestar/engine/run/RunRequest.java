package org.lodestar.engine.run;

import java.util.List;
import org.lodestar.engine.pack.DeviceWish;

/// What to run: one lane, or two to four linked lanes that advance in lock step from the same noise.
///
/// @param lanes  1 to 4 specs on the same model; linked lanes share size, seed, batch and steps
/// @param device where to run
/// @param output where pictures go
public record RunRequest(List<RunSpec> lanes, DeviceWish device, OutputPlan output) {
    public RunRequest {
        lanes = List.copyOf(lanes);
    }

    public static RunRequest single(RunSpec spec, OutputPlan output) {
        return new RunRequest(List.of(spec), DeviceWish.AUTO, output);
    }
}
