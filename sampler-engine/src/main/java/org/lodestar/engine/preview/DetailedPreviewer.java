package org.lodestar.engine.preview;

import java.util.Optional;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.latent.Latents;

/// The quick pictures of one previewer, with another one for more detail.
///
/// @param quick  what is shown unless more is asked for
/// @param detail slower and better
public record DetailedPreviewer(LatentPreviewer quick, LatentPreviewer detail) implements LatentPreviewer {
    @Override
    public Rgb preview(Latents denoised) {
        return quick.preview(denoised);
    }

    @Override
    public Rgb difference(Latents a, Latents b) {
        return quick.difference(a, b);
    }

    @Override
    public Optional<LatentPreviewer> detailed() {
        return Optional.of(detail);
    }
}
