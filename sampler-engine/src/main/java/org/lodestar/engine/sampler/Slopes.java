package org.lodestar.engine.sampler;

import java.util.List;
import java.util.stream.Stream;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.schedule.NoiseLevel;

/// The slopes of the last steps, which linear multistep methods combine.
///
/// @param past latest first
record Slopes(List<Past> past) implements History {

    /// One step: where it started, and the slope there.
    record Past(NoiseLevel level, Latents slope) {}

    Slopes {
        past = List.copyOf(past);
    }

    /// What `history` knows; nothing if it is another sampler's.
    static Slopes of(History history) {
        return history instanceof Slopes slopes ? slopes : new Slopes(List.of());
    }

    /// With the slope at `level` in front, and at most `order` slopes in all.
    Slopes and(NoiseLevel level, Latents slope, int order) {
        return new Slopes(Stream.concat(Stream.of(new Past(level, slope)), past.stream()).limit(order).toList());
    }

    /// `sum_k weights[k]*slope_k`
    Latents combined(double... weights) {
        Latents sum = LatentOps.scale(weights[0], past.getFirst().slope());
        for (int k = 1; k < weights.length; k++) {
            sum = LatentOps.addScaled(sum, weights[k], past.get(k).slope());
        }
        return sum;
    }
}
