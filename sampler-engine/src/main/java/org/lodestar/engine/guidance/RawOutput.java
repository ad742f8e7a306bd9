package org.lodestar.engine.guidance;

import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Prediction;

/// Estimates as the network of the run would put them out (noise, v, clean sample or flow velocity), for rules that are defined there. At a fixed state x the raw
/// output is an affine function of the clean sample, so changes of one are changes of the other times a factor. Not defined at `sigma = 0`.
final class RawOutput {

    private RawOutput() {}

    /// The raw output that means `prediction`.
    static Latents of(Prediction prediction, StepContext context) {
        return context.parameterization().fromPrediction(prediction, context.x(), context.level());
    }

    /// How the raw output changes when the clean sample changes by `change`.
    static Latents ofChange(Latents change, StepContext context) {
        Latents noise = LatentOps.scale(-context.level().alpha() / context.level().sigma(), change);
        return context.parameterization().fromPrediction(new Prediction(change, noise), change, context.level());
    }

    /// The clean sample that the raw output `raw` means.
    static Latents denoised(Latents raw, StepContext context) {
        return context.parameterization().toPrediction(raw, context.x(), context.level()).denoised();
    }

    /// How the clean sample changes when the raw output changes by `change`.
    static Latents denoisedChange(Latents change, StepContext context) {
        Latents still = LatentOps.scale(0, change);
        return context.parameterization().toPrediction(change, still, context.level()).denoised();
    }
}
