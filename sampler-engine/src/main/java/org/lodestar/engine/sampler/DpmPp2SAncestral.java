package org.lodestar.engine.sampler;

import java.util.List;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.GuidedDenoiser;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.schedule.NoiseLevel;

/// An ancestral step whose deterministic part is DPM-Solver++(2S): the clean sample is taken halfway, on a logarithmic scale of `k = sigma/alpha`, between here and the noise that is
/// kept.
///
/// `x_m = alpha_m*x/alpha + (sigma_m - alpha_m*k)*n`, `k_m = sqrt(k*kept/alpha')`,
/// `x' = alpha'*D_m + kept/sigma*(x - alpha*E_m) + s*fresh*z`, `E_m = (x_m - sigma_m*n_m)/alpha_m`
///
/// `kept` and `fresh` as in [EulerAncestral]. `E_m` is the clean sample that the noise direction at the midpoint belongs to: `D_m`, unless a policy chose another direction (this is how
/// CFG++ is defined for this method).
///
/// Order 2 without noise, two evaluations per step; the steps to the clean sample and from pure noise are Euler's, with one.
///
/// @param eta        0 to 2, share of the reverse process's randomness that is used
/// @param noiseScale `s`, 1 keeps the variance right
/// @see <a href="https://arxiv.org/abs/2211.01095">Lu et al. 2022</a>
public record DpmPp2SAncestral(double eta, double noiseScale) implements Sampler {

    public static final SamplerType TYPE = new SamplerType(
            new Descriptor(
                    "dpmpp_2s_a",
                    "DPM++ 2S a",
                    "DPM-Solver++ singlestep, ancestral",
                    "Looks ahead within every step and adds fresh noise: detailed and lively, twice the work.",
                    "x' = alpha'*D_m + kept/sigma*(x - alpha*E_m) + s*fresh*z, E_m = (x_m - sigma_m*n_m)/alpha_m, k_m = sqrt(k*kept/alpha'), k = sigma/alpha",
                    "k-diffusion; arXiv 2211.01095",
                    Descriptor.Fidelity.EXACT,
                    List.of(Renoising.freshness("repeats exactly"), Renoising.SCALE)),
            2,
            2,
            1,
            true,
            p -> new DpmPp2SAncestral(p.number("eta"), p.number("noiseScale")));

    @Override
    public Evaluation<SamplerState> step(Step step, SamplerState state, GuidedDenoiser denoiser, StepNoise noise) {
        NoiseLevel here = step.here();
        NoiseLevel next = step.next();
        Renoising part = Renoising.of(here, next, eta);
        if (part.kept() == 0 || here.alpha() == 0) {
            return new EulerAncestral(eta, noiseScale).step(step, state, denoiser, noise);
        }
        NoiseLevel middle = OdeLine.RATIO.middle(step.grid().schedule(), here, part.down(next));
        double shrink = middle.alpha() / here.alpha();
        return denoiser.at(state.x(), here).flatMap(p -> {
            Latents halfway = LatentOps.combine(shrink, state.x(), middle.sigma() - shrink * here.sigma(), p.noise());
            return denoiser.at(halfway, middle).map(m -> {
                double keep = part.kept() / here.sigma();
                Latents moved = LatentOps.combine(next.alpha(), m.denoised(), keep, state.x(), -keep * here.alpha(), belonging(halfway, middle, m));
                return SamplerState.start(part.addTo(moved, noiseScale, () -> noise.draw(0)));
            });
        });
    }

    /// `E_m`
    private static Latents belonging(Latents x, NoiseLevel level, Prediction p) {
        return LatentOps.combine(1 / level.alpha(), x, -level.sigma() / level.alpha(), p.noise());
    }
}
