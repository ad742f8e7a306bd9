package org.lodestar.engine.sampler;

import java.util.List;
import java.util.stream.Stream;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.GuidedDenoiser;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.schedule.NoiseLevel;

/// The reverse of the noising process, with the posterior's mean:
///
/// `x' = alpha'*D + kept*n + s*z`, `kept = sigma'*k'/k`, `k = sigma/alpha`
///
/// where `s` is the posterior's deviation `sigma'*sqrt(1 - (k'/k)^2)` (small; then it is [EulerAncestral] with all of its noise), or the forward process's
/// `sqrt(sigma^2 - (alpha/alpha')^2*sigma'^2)` (large).
///
/// Order 1 in distribution, one evaluation per step, one draw of noise per step but the last.
///
/// @param large whether to use the forward process's deviation
/// @param limit bounds of `D`, none by default; the posterior's mean is that of the limited `D` and the state
/// @see <a href="https://arxiv.org/abs/2006.11239">Ho et al. 2020, equations 6 and 7</a>
public record Ddpm(boolean large, CleanLimit limit) implements Sampler {

    public static final SamplerType TYPE = new SamplerType(
            new Descriptor(
                    "ddpm",
                    "DDPM",
                    "Denoising diffusion probabilistic model",
                    "The original random walk back from noise. Needs many steps; rich in texture.",
                    "x' = alpha'*D + kept*n + s*z, kept = sigma'*k'/k, s = sigma'*sqrt(1 - (k'/k)^2) or sqrt(sigma^2 - (alpha/alpha')^2*sigma'^2)",
                    "arXiv 2006.11239",
                    Descriptor.Fidelity.EXACT,
                    Stream.concat(
                                    Stream.of(new ParameterSpec.Choice(
                                            "variance", "Variance", List.of("small", "large"), "small", "How much fresh noise: the least or the most that theory allows.")),
                                    CleanLimit.PARAMETERS.stream())
                            .toList()),
            1,
            1,
            1,
            true,
            p -> new Ddpm(p.text("variance").equals("large"), CleanLimit.of(p)));

    @Override
    public Evaluation<SamplerState> step(Step step, SamplerState state, GuidedDenoiser denoiser, StepNoise noise) {
        NoiseLevel here = step.here();
        NoiseLevel next = step.next();
        return limit.on(denoiser).at(state.x(), here).map(p -> {
            Renoising part = Renoising.of(here, next, 1);
            if (large && !next.isClean()) {
                double remembered = here.alpha() / next.alpha() * next.sigma();
                part = new Renoising(part.kept(), StrictMath.sqrt(here.sigma() * here.sigma() - remembered * remembered));
            }
            Latents direction = limit.clip() == 0 || here.sigma() == 0 ? p.noise() : LatentOps.combine(1 / here.sigma(), state.x(), -here.alpha() / here.sigma(), p.denoised());
            Latents moved = LatentOps.combine(next.alpha(), p.denoised(), part.kept(), direction);
            return SamplerState.start(part.addTo(moved, 1, () -> noise.draw(0)));
        });
    }
}
