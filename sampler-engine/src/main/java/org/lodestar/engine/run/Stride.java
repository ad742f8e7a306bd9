package org.lodestar.engine.run;

import java.util.function.IntFunction;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.guidance.GuidanceOutcome;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.noise.Draw;
import org.lodestar.engine.noise.NoiseSource;
import org.lodestar.engine.sampler.Sampler;
import org.lodestar.engine.sampler.SamplerState;
import org.lodestar.engine.sampler.Step;

/// One sample in the middle of a step: it has its questions, and waits for the network's answers.
///
/// @param step       which one, on the sample's grid
/// @param before     where the sample stood
/// @param guided     guides, and keeps what was asked
/// @param evaluation comes to the sampler's next state
record Stride(Step step, Moment before, GuidedStep guided, Evaluation<SamplerState> evaluation) {

    /// Where a sample's fresh noise comes from.
    ///
    /// @param openings tensors of the same sequence that opened the run
    record Noise(NoiseSource source, long seed, int openings) {
        /// What guidance may draw in a step, in the shape of `x`.
        IntFunction<Latents> guidance(Step step, Latents x) {
            return k -> source.guidance(seed, step.index(), k, x.channels(), x.height(), x.width());
        }
    }

    static Stride begin(Step step, Sampler sampler, Moment before, GuidedStep guided, Noise noise) {
        Latents x = before.sampler().x();
        return new Stride(
                step,
                before,
                guided,
                sampler.step(step, before.sampler(), guided, k -> {
                    Draw draw = Draw.after(noise.openings(), step.index(), sampler.drawsPerStep(), k);
                    return noise.source().draw(noise.seed(), draw, x.channels(), x.height(), x.width());
                }));
    }

    /// The step done.
    ///
    /// @param after      the sample's next state
    /// @param answered   what the evaluation took
    /// @param otherNanos the step's time outside the network
    /// @throws EngineException.NumericalFailure if `after` holds values that are not numbers
    Advanced end(SamplerState after, LinkedEvaluations.Answered<SamplerState> answered, long otherNanos) {
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
