package org.lodestar.engine.sampler;

import java.util.List;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.GuidedDenoiser;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.schedule.NoiseLevel;

/// A stochastic midpoint method: an ancestral step to the level halfway (on a logarithmic scale of `k = sigma/alpha`), then the whole ancestral step with the clean sample found
/// there:
///
/// `x_m = alpha_m*D + kept_m*n + s*fresh_m*z_m`, `k_m = sqrt(k*k')`,
/// `x' = alpha'*D_m + kept*(n + alpha/sigma*(D - D_m)) + s*fresh*z`
///
/// `kept` and `fresh` as in [EulerAncestral]. Both fresh noises are one Brownian path over `k`: `z = (sqrt(k - k_m)*z_m + sqrt(k_m - k')*z_r)/sqrt(k - k')` with independent `z_m`, `z_r`.
///
/// Order 2 without noise, two evaluations and two draws of noise per step; the steps to the clean sample and from pure noise are Euler's, with one.
///
/// @param eta        0 to 2, share of the reverse process's randomness that is used
/// @param noiseScale `s`, 1 keeps the variance right
/// @see <a href="https://arxiv.org/abs/2211.01095">Lu et al. 2022</a>
public record DpmPpSde(double eta, double noiseScale) implements Sampler {

    public static final SamplerType TYPE = new SamplerType(
            new Descriptor(
                    "dpmpp_sde",
                    "DPM++ SDE",
                    "DPM-Solver++ singlestep with noise",
                    "Looks ahead through fresh noise: fine texture in few steps, twice the work.",
                    "x' = alpha'*D_m + kept*(n + alpha/sigma*(D - D_m)) + s*fresh*z, x_m = alpha_m*D + kept_m*n + s*fresh_m*z_m, k_m = sqrt(k*k'), k = sigma/alpha",
                    "k-diffusion; arXiv 2211.01095",
                    Descriptor.Fidelity.EXACT,
                    List.of(Renoising.freshness("repeats exactly"), Renoising.SCALE)),
            2,
            2,
            1,
            true,
            p -> new DpmPpSde(p.number("eta"), p.number("noiseScale")));

    @Override
    public Evaluation<SamplerState> step(Step step, SamplerState state, GuidedDenoiser denoiser, StepNoise noise) {
        NoiseLevel here = step.here();
        NoiseLevel next = step.next();
        if (next.isClean() || here.alpha() == 0) {
            return new EulerAncestral(eta, noiseScale).step(step, state, denoiser, noise);
        }
        NoiseLevel middle = OdeLine.RATIO.middle(step.grid().schedule(), here, next);
        Renoising half = Renoising.of(here, middle, eta);
        Renoising whole = Renoising.of(here, next, eta);
        return denoiser.at(state.x(), here).flatMap(p -> {
            Latents halfway = LatentOps.combine(middle.alpha(), p.denoised(), half.kept(), p.noise());
            return denoiser.at(half.addTo(halfway, noiseScale, () -> noise.draw(0)), middle).map(m -> {
                double back = whole.kept() * here.alpha() / here.sigma();
                Latents moved = LatentOps.combine(next.alpha() - back, m.denoised(), whole.kept(), p.noise(), back, p.denoised());
                return SamplerState.start(whole.addTo(moved, noiseScale, () -> path(here, middle, next, noise)));
            });
        });
    }

    @Override
    public int drawsPerStep() {
        return 2;
    }

    /// `z`
    private static Latents path(NoiseLevel here, NoiseLevel middle, NoiseLevel next, StepNoise noise) {
        double first = here.karrasSigma() - middle.karrasSigma();
        double rest = middle.karrasSigma() - next.karrasSigma();
        return LatentOps.combine(StrictMath.sqrt(first / (first + rest)), noise.draw(0), StrictMath.sqrt(rest / (first + rest)), noise.draw(1));
    }
}
