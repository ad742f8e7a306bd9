package org.lodestar.engine.evidence;

import java.util.List;
import java.util.Map;
import org.lodestar.engine.guidance.Telemetry;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.schedule.NoiseLevel;

/// One finished picture with what is known of its making.
///
/// @param prompt    what was asked
/// @param seed      its noise
/// @param image     the picture
/// @param latents   the same in model space
/// @param levels    the level each step started from
/// @param telemetry of the first evaluation of each step
/// @param nfe       network evaluations
/// @param readings  what the model's companions say of it, as in [org.lodestar.engine.record.RunRecord]
public record Picture(String prompt, long seed, Rgb image, Latents latents, List<NoiseLevel> levels, List<Telemetry> telemetry, int nfe, Map<String, Double> readings) {
    public Picture {
        levels = List.copyOf(levels);
        telemetry = List.copyOf(telemetry);
        readings = Map.copyOf(readings);
    }
}
