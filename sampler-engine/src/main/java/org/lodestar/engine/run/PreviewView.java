package org.lodestar.engine.run;

import org.jspecify.annotations.Nullable;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.preview.LatentPreviewer;

/// Which picture of a step to make.
public enum PreviewView {
    /// The guided clean estimate: what the picture is becoming.
    GUIDED,
    /// Under the prompt alone.
    COND,
    /// Under the negative or empty prompt alone.
    REFERENCE,
    /// What the prompt adds: cond minus reference.
    DIFFERENCE,
    /// The noisy state itself.
    NOISY;

    /// The picture, or null where that branch was not asked at this step.
    public @Nullable Rgb of(StepRecord step, LatentPreviewer previewer) {
        return switch (this) {
            case GUIDED -> previewer.preview(step.guided().denoised());
            case COND -> step.cond() == null ? null : previewer.preview(step.cond().denoised());
            case REFERENCE -> step.reference() == null ? null : previewer.preview(step.reference().denoised());
            case DIFFERENCE ->
                step.cond() == null || step.reference() == null
                        ? null
                        : previewer.difference(step.reference().denoised(), step.cond().denoised());
            case NOISY -> previewer.preview(step.before());
        };
    }
}
