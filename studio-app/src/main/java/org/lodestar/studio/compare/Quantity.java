package org.lodestar.studio.compare;

import java.util.function.ToDoubleFunction;
import org.lodestar.engine.guidance.Telemetry;

/// What the plot shows of each lane.
public enum Quantity {
    /// The CFG weight the step amounts to.
    EFFECTIVE_WEIGHT(Telemetry::effectiveWeight),
    /// Cosine of the two clean estimates.
    ALIGNMENT(Telemetry::cosineX0),
    /// Size of the guidance difference against the picture.
    GUIDANCE_SIZE(Telemetry::differenceRatio),
    /// Share of the push that goes along the picture, which saturates.
    COLOUR_PUSH(Telemetry::parallelShare),
    /// Standard deviation of the guided clean estimate.
    LATENT_SPREAD(Telemetry::latentStd);

    private final ToDoubleFunction<Telemetry> reading;

    Quantity(ToDoubleFunction<Telemetry> reading) {
        this.reading = reading;
    }

    /// Its value at an evaluation; NaN where it does not exist.
    double of(Telemetry telemetry) {
        return reading.applyAsDouble(telemetry);
    }
}
