package org.lodestar.engine.sampler;

import java.util.List;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.GuidedDenoiser;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.schedule.NoiseLevel;

/// An ancestral step whose deterministic part is the midpoint method, with the midpoint on a logarithmic scale of the noise amount `s`:
///
/// `y_m = y + (s_m - s)*d(y, s)`, `s_m = sqrt(s*s_kept)`, `x' = c'*(y + (s_kept - s)*d(y_m, s_m)) + q*fresh*z`
///
/// in the coordinates of [OdeLine] (`y = x/alpha`, `s = sigma/alpha`, `d = n`, or those of flow); `s_kept` is the amount with the kept noise, `kept` and `fresh` as in [EulerAncestral].
///
/// Order 2 without noise, two evaluations per step; the step to the clean sample is Euler's, with one.
///
/// @param eta        0 to 2, share of the reverse process's randomness that is used
/// @param noiseScale `q`, 1 keeps the variance right
/// @see <a href="https://arxiv.org/abs/2206.00364">Karras et al. 2022, algorithm 2</a>
public record Dpm2Ancestral(double eta, double noiseScale) implements Sampler {

    public static final SamplerType TYPE = new SamplerType(
            new Descriptor(
                    "dpm2_a",
                    "DPM2 a",
                    "Midpoint method, ancestral",
                    "Looks at the middle of every step and adds fresh noise: lively, twice the work.",
                    "x' = c'*(y + (s_kept - s)*d(y_m, s_m)) + q*fresh*z, y_m = y + (s_m - s)*d(y, s), s_m = sqrt(s*s_kept)",
                    "k-diffusion; arXiv 2206.00364",
                    Descriptor.Fidelity.EXACT,
                    List.of(Renoising.freshness("is DPM2"), Renoising.SCALE)),
            2,
            2,
            1,
            true,
            p -> new Dpm2Ancestral(p.number("eta"), p.number("noiseScale")));

    @Override
    public Evaluation<SamplerState> step(Step step, SamplerState state, GuidedDenoiser denoiser, StepNoise noise) {
        NoiseLevel here = step.here();
        Renoising part = Renoising.of(here, step.next(), eta);
        if (part.kept() == 0) {
            return new EulerAncestral(eta, noiseScale).step(step, state, denoiser, noise);
        }
        OdeLine line = OdeLine.of(step.grid());
        NoiseLevel down = part.down(step.next());
        NoiseLevel middle = line.middle(step.grid().schedule(), here, down);
        return denoiser.at(state.x(), here).flatMap(p -> {
            Latents halfway = line.walk(p, here, middle, line.slope(p));
            return denoiser.at(halfway, middle)
                    .map(m -> SamplerState.start(part.addTo(line.walk(p, here, down, line.slope(m)), noiseScale, () -> noise.draw(0))));
        });
    }
}
