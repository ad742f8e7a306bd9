package org.lodestar.engine.sampler;

import java.util.stream.Stream;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.GuidedDenoiser;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// The implicit model's step, `eta` between deterministic and ancestral:
///
/// `x' = alpha'*D + sqrt(sigma'^2 - s^2)*n + s*z`, `s = eta*(sigma'/sigma)*sqrt(sigma^2 - (alpha/alpha')^2*sigma'^2)`
///
/// For variance-preserving levels `s` is the published `eta*sqrt((1-abar')/(1-abar))*sqrt(1 - abar/abar')`. Written in `k = sigma/alpha` it is `eta*sigma'*sqrt(1 - (k'/k)^2)`, the
/// fresh noise of [EulerAncestral], whose step this is; at `eta = 0` both are [Euler].
///
/// Order 1, one evaluation per step; noise only where `eta > 0`.
///
/// @param eta   0 to 1
/// @param limit bounds of `D`, none by default
/// @see <a href="https://arxiv.org/abs/2010.02502">Song et al. 2020, equation 12</a>
public record Ddim(double eta, CleanLimit limit) implements Sampler {

    public static final SamplerType TYPE = new SamplerType(
            new Descriptor(
                    "ddim",
                    "DDIM",
                    "Denoising diffusion implicit model",
                    "Straight, repeatable and quick; the reference for comparisons.",
                    "x' = alpha'*D + sqrt(sigma'^2 - s^2)*n + s*z, s = eta*(sigma'/sigma)*sqrt(sigma^2 - (alpha/alpha')^2*sigma'^2)",
                    "arXiv 2010.02502",
                    Descriptor.Fidelity.EXACT,
                    Stream.concat(
                                    Stream.of(ParameterSpec.number("eta", "Randomness", 0, 1, 0, 0.05, "0 repeats exactly; 1 adds as much fresh noise as DDPM.")),
                                    CleanLimit.PARAMETERS.stream())
                            .toList()),
            1,
            1,
            1,
            false,
            p -> new Ddim(p.number("eta"), CleanLimit.of(p)));

    @Override
    public Evaluation<SamplerState> step(Step step, SamplerState state, GuidedDenoiser denoiser, StepNoise noise) {
        return new EulerAncestral(eta, 1).step(step, state, limit.on(denoiser), noise);
    }
}
