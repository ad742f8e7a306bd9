package org.lodestar.engine.sampler;

import java.util.Arrays;
import java.util.List;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.GuidedDenoiser;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.parameter.Parameters;

/// Keeps clean samples within bounds, as samplers made for pixels do:
///
/// `D := clamp(D, -c, c)`, or with a quantile `q`: `s = clamp(quantile(|D|, q), 1, c)`, `D := clamp(D, -s, s)/s`
///
/// The noise direction stays as the network gave it. Right for models of pixels in -1..1; some latent models were published with it all the same.
///
/// @param clip     `c`; 0 leaves everything as it is
/// @param quantile `q`; 0 for the plain clamp
/// @see <a href="https://arxiv.org/abs/2205.11487">Saharia et al. 2022, dynamic thresholding</a>
record CleanLimit(double clip, double quantile) {

    /// The parameters that choose it.
    static final List<ParameterSpec> PARAMETERS = List.of(
            ParameterSpec.number("clip", "Limit", 0, 100, 10, 0, 0.1, "Clean samples are kept within this amount; 0 leaves them alone. For models of pixels."),
            ParameterSpec.number("quantile", "Dynamic limit", 0, 1, 0, 0.005, "With a limit: scale by this quantile of the sample's own values instead; 0 for a plain limit."));

    static CleanLimit of(Parameters parameters) {
        return new CleanLimit(parameters.number("clip"), parameters.number("quantile"));
    }

    /// The same estimates with limited clean samples.
    GuidedDenoiser on(GuidedDenoiser denoiser) {
        return clip == 0 ? denoiser : (x, level) -> denoiser.at(x, level).map(p -> new Prediction(limited(p.denoised()), p.noise()));
    }

    private Latents limited(Latents denoised) {
        if (quantile == 0) {
            return LatentOps.map(denoised, v -> Math.clamp(v, -clip, clip));
        }
        double s = Math.min(Math.max(1, clip), Math.max(1, quantile(denoised)));
        return LatentOps.map(denoised, v -> Math.clamp(v, -s, s) / s);
    }

    /// The `q`-quantile of the absolute values, on a straight line between the two nearest.
    private double quantile(Latents x) {
        float[] sorted = x.toArray();
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = Math.abs(sorted[i]);
        }
        Arrays.sort(sorted);
        double place = quantile * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
