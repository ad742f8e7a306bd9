package org.lodestar.engine.codec;

import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.CancelToken;

/// The autoencoder: model space to pixels and back.
public interface LatentCodec {

    /// The picture in `z`.
    Rgb decode(Latents z, CancelToken cancel);

    /// The model-space latents of `image` (the mean of the encoder's distribution).
    ///
    /// @throws org.lodestar.engine.fault.EngineException.ModelProblem if the model has no encoder
    Latents encode(Rgb image, CancelToken cancel);

    boolean canEncode();
}
