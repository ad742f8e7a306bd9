package org.lodestar.engine.run;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.guidance.Telemetry;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.schedule.NoiseLevel;

/// Everything kept of one step of one sample. All of it is immutable and may be read from any thread.
///
/// @param step         index, from 0
/// @param level        the level the step started from
/// @param before       the noisy state it started from
/// @param after        the noisy state it led to
/// @param guided       the guided estimate (of the first evaluation)
/// @param cond         under the prompt, where asked
/// @param reference    under the second branch, where asked
/// @param telemetry    one per evaluation of the step, in order
/// @param nfe          network evaluations of this step
/// @param nfeFull      what plain CFG with the same sampler would have spent
/// @param networkNanos time inside the network, shared evenly among the samples of one call
/// @param otherNanos   the rest of the step's time
public record StepRecord(
        int step,
        NoiseLevel level,
        Latents before,
        Latents after,
        Prediction guided,
        @Nullable Prediction cond,
        @Nullable Prediction reference,
        List<Telemetry> telemetry,
        int nfe,
        int nfeFull,
        long networkNanos,
        long otherNanos) {
    public StepRecord {
        telemetry = List.copyOf(telemetry);
    }
}
