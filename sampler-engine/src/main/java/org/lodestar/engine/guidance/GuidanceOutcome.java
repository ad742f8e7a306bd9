package org.lodestar.engine.guidance;

import org.jspecify.annotations.Nullable;
import org.lodestar.engine.model.Prediction;

/// What one guided evaluation gives back.
///
/// @param guided    the guided estimate: denoised and the noise direction for the sampler
/// @param cond      the estimate under the prompt, where it was asked for
/// @param reference the estimate under the second branch, where it was asked for
/// @param telemetry numbers that explain what guidance did
/// @param next      the stack's state after this evaluation
public record GuidanceOutcome(
        Prediction guided, @Nullable Prediction cond, @Nullable Prediction reference, Telemetry telemetry, PolicyState next) {}
