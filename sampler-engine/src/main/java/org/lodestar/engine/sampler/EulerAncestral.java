package org.lodestar.engine.sampler;

import java.util.List;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.GuidedDenoiser;
import org.lodestar.engine.parameter.Descriptor;

/// Euler's step with a part of the noise replaced by fresh noise `z`:
///
/// `x' = alpha'*D + kept*n + s*fresh*z`, `fresh = eta*sigma'*sqrt(1 - (k'/k)^2)`, `kept^2 + fresh^2 = sigma'^2`, `k = sigma/alpha`
///
/// Without fresh noise (`eta = 0`) it is [Euler]. Order 1, one evaluation per step, one draw of noise per step but the last.
///
/// @param eta        0 to 2, share of the reverse process's randomness that is used
/// @param noiseScale `s`, 1 keeps the variance right
public record EulerAncestral(double eta, double noiseScale) implements Sampler {

    public static final SamplerType TYPE = new SamplerType(
            new Descriptor(
                    "euler_a",
                    "Euler a",
                    "Euler ancestral",
                    "Adds fresh noise at every step: lively and varied; the picture keeps changing with the number of steps.",
                    "x' = alpha'*D + kept*n + s*fresh*z, fresh = eta*sigma'*sqrt(1 - (k'/k)^2), kept^2 + fresh^2 = sigma'^2, k = sigma/alpha",
                    "k-diffusion; arXiv 2006.11239",
                    Descriptor.Fidelity.EXACT,
                    List.of(Renoising.freshness("is plain Euler"), Renoising.SCALE)),
            1,
            1,
            1,
            true,
            p -> new EulerAncestral(p.number("eta"), p.number("noiseScale")));

    @Override
    public Evaluation<SamplerState> step(Step step, SamplerState state, GuidedDenoiser denoiser, StepNoise noise) {
        return denoiser.at(state.x(), step.here()).map(p -> {
            Renoising part = Renoising.of(step.here(), step.next(), eta);
            Latents moved = LatentOps.combine(step.next().alpha(), p.denoised(), part.kept(), p.noise());
            return SamplerState.start(part.addTo(moved, noiseScale, () -> noise.draw(0)));
        });
    }
}
