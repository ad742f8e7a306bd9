package org.lodestar.engine.sampler;

import java.util.List;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.GuidedDenoiser;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.schedule.NoiseLevel;

/// Euler's step, then the same step with the mean of the slopes at both ends:
///
/// `y_e = y + (s' - s)*d(y, s)`, `y' = y + (s' - s)*(d(y, s) + d(y_e, s'))/2`
///
/// with `y = x/alpha`, `s = sigma/alpha`, `d = n` (variance-exploding notation), or for flow `y = x`, `s = t`, `d = n - D`. A variance-preserving run that starts from pure noise
/// integrates in the flow coordinates of [OdeLine], since `sigma/alpha` is infinite there.
///
/// Order 2, two evaluations per step; the step to the clean sample is Euler's, with one.
///
/// @see <a href="https://arxiv.org/abs/2206.00364">Karras et al. 2022, algorithm 1</a>
public record Heun() implements Sampler {

    public static final SamplerType TYPE = new SamplerType(
            new Descriptor(
                    "heun",
                    "Heun",
                    "Heun",
                    "Looks ahead and corrects every step: twice the work, much closer to the exact path.",
                    "y' = y + (s' - s)*(d(y, s) + d(y_e, s'))/2, y_e = y + (s' - s)*d(y, s)",
                    "arXiv 2206.00364",
                    Descriptor.Fidelity.EXACT,
                    List.of()),
            2,
            2,
            1,
            false,
            p -> new Heun());

    @Override
    public Evaluation<SamplerState> step(Step step, SamplerState state, GuidedDenoiser denoiser, StepNoise noise) {
        return from(step.here(), state.x(), step, denoiser);
    }

    /// The step that starts at `x` and `here`, which need not be where `step` starts.
    static Evaluation<SamplerState> from(NoiseLevel here, Latents x, Step step, GuidedDenoiser denoiser) {
        NoiseLevel next = step.next();
        return denoiser.at(x, here).flatMap(first -> {
            Latents ahead = LatentOps.combine(next.alpha(), first.denoised(), next.sigma(), first.noise());
            if (next.isClean()) {
                return Evaluation.done(SamplerState.start(ahead));
            }
            OdeLine line = OdeLine.of(step.grid());
            return denoiser.at(ahead, next).map(second -> {
                Latents mean = LatentOps.combine(0.5, line.slope(first), 0.5, line.slope(second));
                return SamplerState.start(line.walk(first, here, next, mean));
            });
        });
    }
}
