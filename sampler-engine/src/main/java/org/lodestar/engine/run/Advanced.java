package org.lodestar.engine.run;

import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.guidance.GuidanceOutcome;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.sampler.SamplerState;
import org.lodestar.engine.sampler.Step;

/// One sample after one step.
///
/// @param record what is kept of the step
/// @param moment where the sample goes on from
record Advanced(StepRecord record, Moment moment) {

    /// What a step has come to.
    ///
    /// @param otherNanos the step's time outside the network
    static Advanced of(
            Step step, Moment before, GuidedStep guided, LinkedEvaluations.Answered<SamplerState> answered, long otherNanos) {
        SamplerState after = answered.result();
        if (!LatentOps.isFinite(after.x())) {
            throw new EngineException.NumericalFailure("Step " + (step.index() + 1) + " of " + step.grid().steps()
                    + " produced values that are not numbers. Lower the guidance strength, or choose another sampler; if it happens with plain settings too, the model is damaged.");
        }
        GuidanceOutcome first = guided.outcomes().getFirst();
        StepRecord record = new StepRecord(
                step.index(),
                step.here(),
                before.sampler().x(),
                after.x(),
                first.guided(),
                first.cond(),
                first.reference(),
                guided.outcomes().stream().map(GuidanceOutcome::telemetry).toList(),
                answered.evaluations(),
                2 * guided.outcomes().size(),
                answered.nanos(),
                otherNanos);
        return new Advanced(record, new Moment(after, guided.after(), before.logWeight()));
    }
}
