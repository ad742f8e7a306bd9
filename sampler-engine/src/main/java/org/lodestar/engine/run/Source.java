package org.lodestar.engine.run;

import java.util.Optional;

/// The picture a run starts from instead of noise alone, and how much of it may change.
///
/// The run does the last `floor(steps*strength)` of its steps, from the picture with as much noise as their first level has. With a mask only its white part is repainted. Pictures of another
/// size are scaled until they cover the run's size and cut at the centre.
///
/// @param picture  what to start from
/// @param strength 0..1: 0 keeps the picture, 1 keeps nothing but what a mask or the network holds on to
/// @param mask     white where to repaint, black where to keep, grey in between; nothing repaints all
/// @param encoding how the picture becomes latents
public record Source(Picture picture, double strength, Optional<Picture> mask, Encoding encoding) {

    /// A picture that may change by `strength`, from a sample of the encoder's distribution.
    public static Source of(String path, double strength) {
        return new Source(new Picture(path, ""), strength, Optional.empty(), Encoding.SAMPLE);
    }

    /// The same with a mask.
    public Source withMask(String path) {
        return new Source(picture, strength, Optional.of(new Picture(path, "")), encoding);
    }

    /// The same with another strength.
    public Source withStrength(double newStrength) {
        return new Source(picture, newStrength, mask, encoding);
    }

    /// A picture file.
    ///
    /// @param path where it lies, in any format that [org.lodestar.engine.image.PictureReader] knows
    /// @param hash SHA-256 of its pixels, hex; empty as long as they have not been read. A run refuses a file whose pixels have another one.
    public record Picture(String path, String hash) {}

    /// How a picture becomes latents, where the encoder gives a distribution.
    public enum Encoding {
        /// Drawn from it with the run's own seed, as reference pipelines do.
        SAMPLE,
        /// Its mean.
        MEAN
    }
}
