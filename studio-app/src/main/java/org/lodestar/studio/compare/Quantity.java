package org.lodestar.studio.compare;

import org.lodestar.engine.guidance.Telemetry;

/// What the plot shows of each lane.
public enum Quantity {
    /// The CFG weight the step amounts to.
    EFFECTIVE_WEIGHT,
    /// Cosine of the two clean estimates.
    ALIGNMENT,
    /// Size of the guidance difference against the picture.
    GUIDANCE_SIZE,
    /// Share of the push that goes along the picture, which saturates.
    COLOUR_PUSH,
    /// Standard deviation of the guided clean estimate.
    LATENT_SPREAD;

    /// Its value at an evaluation; NaN where it does not exist.
    double of(Telemetry telemetry) {
        return switch (this) {
            case EFFECTIVE_WEIGHT -> telemetry.effectiveWeight();
            case ALIGNMENT -> telemetry.cosineX0();
            case GUIDANCE_SIZE -> telemetry.differenceRatio();
            case COLOUR_PUSH -> telemetry.parallelShare();
            case LATENT_SPREAD -> telemetry.latentStd();
        };
    }
}
