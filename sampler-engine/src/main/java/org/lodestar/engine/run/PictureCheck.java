package org.lodestar.engine.run;

import java.util.Optional;
import org.lodestar.engine.image.Blank;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;

/// Looks whether a finished picture is one at all. Numbers that are not finite never get this far: the loop and the decoder refuse them.
final class PictureCheck {
    private static final String REMEDY =
            "A half-precision model may have overflowed: use a full-precision export, run it on the CPU, or lower the guidance strength. The recipe in the picture is complete.";
    /// Deviation of latents beyond which no trained model's lie; usual is about 1.
    private static final double BLOWN_UP = 10;

    private PictureCheck() {}

    /// What is wrong with the picture that `latents` were decoded to, as a sentence; nothing if it looks like one.
    static Optional<String> of(Latents latents, Rgb picture) {
        return switch (Blank.of(picture)) {
            case FLAT -> Optional.of("The picture is one flat colour. " + REMEDY);
            case BLACK -> Optional.of("The picture is almost entirely black. " + REMEDY);
            case NO -> LatentOps.std(latents, 0) > BLOWN_UP
                    ? Optional.of("The latents of the picture have blown up. Lower the guidance strength, use more steps or choose another sampler.")
                    : Optional.empty();
        };
    }
}
