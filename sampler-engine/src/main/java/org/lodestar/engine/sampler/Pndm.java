package org.lodestar.engine.sampler;

import java.util.List;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.GuidedDenoiser;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.schedule.NoiseLevel;

/// The pseudo linear multistep method: Euler's step along a mean of the last slopes, weighted as if steps were equally long:
///
/// `y' = y + (s' - s)*m`, `m = (55*d_0 - 59*d_1 + 37*d_2 - 9*d_3)/24`, before that `(23*d_0 - 16*d_1 + 5*d_2)/12`, `(3*d_0 - d_1)/2`
///
/// in the coordinates of [OdeLine]: `y = x/alpha`, `s = sigma/alpha`, `d = n`, or those of flow. The first step is Heun's: `m = (d_0 + d(y + (s' - s)*d_0, s'))/2`.
///
/// Order 2 (the weights do not know that steps differ in `s`), one evaluation per step and two in the first, no noise.
///
/// @see <a href="https://arxiv.org/abs/2202.09778">Liu et al. 2022</a>
public record Pndm() implements Sampler {

    public static final SamplerType TYPE = new SamplerType(
            new Descriptor(
                    "pndm",
                    "PNDM",
                    "Pseudo numerical method, linear multistep (PLMS)",
                    "The sampler the first Stable Diffusion models came with: steady and repeatable, at home in 30 to 50 steps.",
                    "y' = y + (s' - s)*(55*d_0 - 59*d_1 + 37*d_2 - 9*d_3)/24",
                    "arXiv 2202.09778",
                    Descriptor.Fidelity.EXACT,
                    List.of()),
            2,
            2,
            1,
            1,
            false,
            p -> new Pndm());

    @Override
    public Evaluation<SamplerState> step(Step step, SamplerState state, GuidedDenoiser denoiser, StepNoise noise) {
        NoiseLevel here = step.here();
        NoiseLevel next = step.next();
        OdeLine line = OdeLine.of(step.grid());
        return denoiser.at(state.x(), here).flatMap(p -> {
            Slopes slopes = Slopes.of(state.history()).and(here, line.slope(p), 4);
            return mean(slopes, p, step, denoiser).map(m -> new SamplerState(line.walk(p, here, next, m), slopes));
        });
    }

    /// `m`
    private static Evaluation<Latents> mean(Slopes slopes, Prediction p, Step step, GuidedDenoiser denoiser) {
        return switch (slopes.past().size()) {
            case 1 -> step.next().isClean() ? Evaluation.done(slopes.combined(1)) : meanOfBothEnds(slopes, p, step, denoiser);
            case 2 -> Evaluation.done(slopes.combined(3 / 2.0, -1 / 2.0));
            case 3 -> Evaluation.done(slopes.combined(23 / 12.0, -16 / 12.0, 5 / 12.0));
            default -> Evaluation.done(slopes.combined(55 / 24.0, -59 / 24.0, 37 / 24.0, -9 / 24.0));
        };
    }

    private static Evaluation<Latents> meanOfBothEnds(Slopes slopes, Prediction p, Step step, GuidedDenoiser denoiser) {
        Latents ahead = LatentOps.combine(step.next().alpha(), p.denoised(), step.next().sigma(), p.noise());
        OdeLine line = OdeLine.of(step.grid());
        return denoiser.at(ahead, step.next()).map(there -> LatentOps.combine(0.5, slopes.combined(1), 0.5, line.slope(there)));
    }
}
