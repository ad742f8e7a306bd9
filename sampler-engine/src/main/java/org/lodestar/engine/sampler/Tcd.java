package org.lodestar.engine.sampler;

import java.util.stream.Stream;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.GuidedDenoiser;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.schedule.NoiseLevel;
import org.lodestar.engine.schedule.NoiseSchedule;

/// Strategic stochastic sampling for trajectory consistency models: jumps below the next level and noises back up to it:
///
/// `x_s = alpha_s*D + sigma_s*n`, `x' = (alpha'/alpha_s)*x_s + sqrt(sigma'^2 - (alpha'/alpha_s)^2*sigma_s^2)*z`, `s = (1 - eta)*t'`
///
/// `s` is a whole trained time, rounded down. With `eta = 0` it is [Euler], with 1 it jumps to the least trained noise. Nothing is noised back in the last step.
///
/// Order 1 without noise, one evaluation per step, one draw of noise per step but the last.
///
/// @param eta   0 to 1
/// @param limit bounds of `D`, none by default
/// @see <a href="https://arxiv.org/abs/2402.19159">Zheng et al. 2024, algorithm 4</a>
public record Tcd(double eta, CleanLimit limit) implements Sampler {

    public static final SamplerType TYPE = new SamplerType(
            new Descriptor(
                    "tcd",
                    "TCD",
                    "Trajectory consistency",
                    "For models distilled for trajectory consistency: finished pictures in 2 to 8 steps; more freshness helps when there are more steps.",
                    "x_s = alpha_s*D + sigma_s*n, x' = (alpha'/alpha_s)*x_s + sqrt(sigma'^2 - (alpha'/alpha_s)^2*sigma_s^2)*z, s = (1 - eta)*t'",
                    "arXiv 2402.19159",
                    Descriptor.Fidelity.EXACT,
                    Stream.concat(
                                    Stream.of(ParameterSpec.number("eta", "Freshness", 0, 1, 0.3, 0.05, "How far every step jumps beyond its goal before noising back.")),
                                    CleanLimit.PARAMETERS.stream())
                            .toList()),
            1,
            1,
            1,
            true,
            p -> new Tcd(p.number("eta"), CleanLimit.of(p)));

    @Override
    public Evaluation<SamplerState> step(Step step, SamplerState state, GuidedDenoiser denoiser, StepNoise noise) {
        NoiseLevel next = step.next();
        NoiseLevel below = eta == 0 || next.isClean() ? next : below(step.grid().schedule(), next);
        double back = next.alpha() / below.alpha();
        double fresh = StrictMath.sqrt(Math.max(0, next.sigma() * next.sigma() - back * back * below.sigma() * below.sigma()));
        return limit.on(denoiser).at(state.x(), step.here()).map(p -> {
            if (step.isLast()) {
                return SamplerState.start(LatentOps.combine(below.alpha(), p.denoised(), below.sigma(), p.noise()));
            }
            Latents risen = LatentOps.combine(back * below.alpha(), p.denoised(), back * below.sigma(), p.noise());
            return SamplerState.start(fresh == 0 ? risen : LatentOps.addScaled(risen, fresh, noise.draw(0)));
        });
    }

    private NoiseLevel below(NoiseSchedule schedule, NoiseLevel next) {
        double time = schedule.minTime() + (1 - eta) * (next.modelTime() - schedule.minTime());
        return schedule.at(schedule.trainedTimes() == 0 ? time : Math.floor(time));
    }
}
