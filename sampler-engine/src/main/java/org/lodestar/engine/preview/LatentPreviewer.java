package org.lodestar.engine.preview;

import java.util.Optional;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.latent.Latents;

/// Cheap, approximate pictures of latents, one pixel per latent cell; the view enlarges them. Thread-safe.
public interface LatentPreviewer {

    /// An approximate picture of the clean sample `denoised`.
    Rgb preview(Latents denoised);

    /// A slower previewer of the same latents whose pictures are nearer to the finished ones and may be larger, where the model brings one.
    default Optional<LatentPreviewer> detailed() {
        return Optional.empty();
    }

    /// The difference `b - a` of two clean samples around middle grey, stretched so that its largest value is visible.
    Rgb difference(Latents a, Latents b);
}
