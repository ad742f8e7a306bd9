package org.lodestar.engine.sampler;

import java.util.List;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.GuidedDenoiser;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.schedule.NoiseLevel;

/// [Heun]'s step after raising the noise a little, with `k = sigma/alpha`:
///
/// `k^ = k*(1 + g)`, `x^ = alpha^*x/alpha + q*sqrt(sigma^^2 - (alpha^/alpha)^2*sigma^2)*z`, `g = min(churn/n, sqrt(2) - 1)` where `kMin <= k <= kMax`, else 0
///
/// The raised noise stays within the trained range, so the first step of a run that starts at its end is not churned. Order 2 without churn; two evaluations per step, one in the
/// step to the clean sample.
///
/// @param churn      0 to 200, noise added over all `n` steps
/// @param kMin       least `k` that is churned
/// @param kMax       greatest `k` that is churned
/// @param noiseScale `q`, 1 keeps the variance right
/// @see <a href="https://arxiv.org/abs/2206.00364">Karras et al. 2022, algorithm 2</a>
public record HeunChurn(double churn, double kMin, double kMax, double noiseScale) implements Sampler {

    private static final double MOST = StrictMath.sqrt(2) - 1;

    public static final SamplerType TYPE = new SamplerType(
            new Descriptor(
                    "heun_churn",
                    "Heun with churn",
                    "Stochastic sampler of EDM",
                    "Heun that stirs in a little fresh noise before every step, which mends errors of the steps before.",
                    "x^ = alpha^*x/alpha + q*sqrt(sigma^^2 - (alpha^/alpha)^2*sigma^2)*z, k^ = k*(1 + min(churn/n, sqrt(2) - 1)), then Heun from k^ to k'",
                    "arXiv 2206.00364",
                    Descriptor.Fidelity.EXACT,
                    List.of(
                            ParameterSpec.number("churn", "Churn", 0, 200, 80, 10, 1, "Noise stirred in over the whole run; 0 is Heun."),
                            ParameterSpec.number("kMin", "From noise", 0, 100, 1, 0.05, 0.01, "Leaves steps with less noise alone."),
                            ParameterSpec.number("kMax", "To noise", 0, 1000, 50, 50, 1, "Leaves steps with more noise alone."),
                            ParameterSpec.number("noiseScale", "Noise scale", 0, 2, 1.003, 0.001, "Multiplies the stirred-in noise; a little above 1 keeps detail."))),
            2,
            2,
            1,
            true,
            p -> new HeunChurn(p.number("churn"), p.number("kMin"), p.number("kMax"), p.number("noiseScale")));

    @Override
    public Evaluation<SamplerState> step(Step step, SamplerState state, GuidedDenoiser denoiser, StepNoise noise) {
        NoiseLevel here = step.here();
        NoiseLevel raised = raised(step);
        double stretch = raised.alpha() / here.alpha();
        double fresh = StrictMath.sqrt(Math.max(0, raised.sigma() * raised.sigma() - stretch * stretch * here.sigma() * here.sigma()));
        if (raised.equals(here) || fresh == 0) {
            return Heun.from(here, state.x(), step, denoiser);
        }
        Latents stirred = LatentOps.combine(stretch, state.x(), noiseScale * fresh, noise.draw(0));
        return Heun.from(raised, stirred, step, denoiser);
    }

    private NoiseLevel raised(Step step) {
        double k = step.here().karrasSigma();
        double gain = Math.min(churn / step.grid().steps(), MOST);
        return gain == 0 || k < kMin || k > kMax ? step.here() : step.grid().schedule().atKarrasSigma(k * (1 + gain));
    }
}
