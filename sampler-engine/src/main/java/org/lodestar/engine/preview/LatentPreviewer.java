package org.lodestar.engine.preview;

import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.latent.Latents;

/// Cheap, approximate pictures of latents, one pixel per latent cell; the view enlarges them. Thread-safe.
public interface LatentPreviewer {

    /// An approximate picture of the clean sample `denoised`.
    Rgb preview(Latents denoised);

    /// The difference `b - a` of two clean samples around middle grey, stretched so that its largest value is visible.
    Rgb difference(Latents a, Latents b);
}
