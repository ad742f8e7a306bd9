package org.lodestar.engine.codec;

import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.CancelToken;

/// The autoencoder: model space to pixels and back.
public interface LatentCodec {

    /// The picture in `z`.
    Rgb decode(Latents z, CancelToken cancel);

    /// What the encoder makes of a picture: a Gaussian over model-space latents.
    ///
    /// @param pixels three planes in -1..1
    /// @throws org.lodestar.engine.fault.EngineException.ModelProblem if the model has no encoder
    Posterior posterior(Latents pixels, CancelToken cancel);

    /// The model-space latents of `image`: the mean of [#posterior].
    ///
    /// @throws org.lodestar.engine.fault.EngineException.ModelProblem if the model has no encoder
    default Latents encode(Rgb image, CancelToken cancel) {
        return posterior(pixels(image), cancel).mean();
    }

    /// `image` as three planes in -1..1.
    static Latents pixels(Rgb image) {
        int plane = image.width() * image.height();
        return Latents.zeros(3, image.height(), image.width()).like(i -> image.at(i % plane % image.width(), i % plane / image.width(), i / plane) / 127.5f - 1);
    }

    /// A Gaussian with independent entries.
    ///
    /// @param mean      in model space
    /// @param deviation likewise; 0 where an encoder tells no spread
    record Posterior(Latents mean, Latents deviation) {

        /// `mean + deviation*noise`
        public Latents sample(Latents noise) {
            return mean.like(i -> mean.at(i) + deviation.at(i) * noise.at(i));
        }
    }

    boolean canEncode();
}
