package org.lodestar.engine.run;

import java.util.Optional;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;

/// Looks whether a finished picture is one at all. Numbers that are not finite never get this far: the loop and the decoder refuse them.
final class PictureCheck {
    /// Share of black pixels from which a picture counts as black.
    private static final double BLACK_SHARE = 0.995;
    /// Deviation of latents beyond which no trained model's lie; usual is about 1.
    private static final double BLOWN_UP = 10;

    private PictureCheck() {}

    /// What is wrong with the picture that `latents` were decoded to, as a sentence; nothing if it looks like one.
    static Optional<String> of(Latents latents, Rgb picture) {
        if (isFlat(picture)) {
            return Optional.of("The picture is one flat colour. " + REMEDY);
        }
        if (blackShare(picture) > BLACK_SHARE) {
            return Optional.of("The picture is almost entirely black. " + REMEDY);
        }
        if (LatentOps.std(latents, 0) > BLOWN_UP) {
            return Optional.of("The latents of the picture have blown up. Lower the guidance strength, use more steps or choose another sampler.");
        }
        return Optional.empty();
    }

    private static final String REMEDY =
            "A half-precision model may have overflowed: use a full-precision export, run it on the CPU, or lower the guidance strength. The recipe in the picture is complete.";

    private static boolean isFlat(Rgb picture) {
        for (int y = 0; y < picture.height(); y++) {
            for (int x = 0; x < picture.width(); x++) {
                for (int k = 0; k < 3; k++) {
                    if (picture.at(x, y, k) != picture.at(0, 0, k)) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private static double blackShare(Rgb picture) {
        int black = 0;
        for (int y = 0; y < picture.height(); y++) {
            for (int x = 0; x < picture.width(); x++) {
                black += picture.at(x, y, 0) + picture.at(x, y, 1) + picture.at(x, y, 2) == 0 ? 1 : 0;
            }
        }
        return (double) black / (picture.width() * picture.height());
    }
}
