package org.lodestar.studio.create;

import org.lodestar.engine.guidance.Telemetry;
import org.lodestar.engine.run.StepRecord;

/// What guidance did in one step, in the four numbers that are drawn. `NaN` where a number does not exist.
///
/// @param alignment       cosine of the clean estimates with and without the prompt
/// @param differenceRatio size of their difference against the picture
/// @param parallelShare   share of the applied difference that runs along the picture
/// @param effectiveWeight the CFG weight the step amounts to
/// @param guided          whether guidance acted
record StepReading(double alignment, double differenceRatio, double parallelShare, double effectiveWeight, boolean guided) {

    static StepReading of(StepRecord step) {
        Telemetry first = step.telemetry().getFirst();
        return new StepReading(first.cosineX0(), first.differenceRatio(), first.parallelShare(), first.effectiveWeight(), first.guided());
    }
}
