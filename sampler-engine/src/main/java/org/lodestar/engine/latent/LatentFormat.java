package org.lodestar.engine.latent;

import java.util.List;

/// How model space relates to the autoencoder and to pixels.
///
/// Encoding gives `z = (z_vae - shift)*scale`; the decoder is fed `z/scale + shift`.
///
/// @param channels  latent channels
/// @param downscale pixels per latent cell along each axis (8 for most)
/// @param scale     scaling factor
/// @param shift     shift factor
public record LatentFormat(int channels, int downscale, double scale, double shift) {

    /// The common linear latent-to-RGB approximation: `rgb = bias + sum_c weights[c] * z[c]`, in -1..1.
    ///
    /// @param weights one row `[r, g, b]` per latent channel
    /// @param bias    `[r, g, b]`
    public record RgbFactors(List<List<Double>> weights, List<Double> bias) {
        public RgbFactors {
            weights = weights.stream().map(List::copyOf).toList();
            bias = List.copyOf(bias);
        }
    }
}
