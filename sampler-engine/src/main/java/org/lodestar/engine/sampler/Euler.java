package org.lodestar.engine.sampler;

import java.util.List;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.GuidedDenoiser;
import org.lodestar.engine.parameter.Descriptor;

/// Keeps the estimated clean sample `D` and noise `n` and lowers the noise to the next level:
///
/// `x' = alpha'*D + sigma'*n`
///
/// In variance-exploding notation this is Euler's step on `dx/dsigma = (x - D)/sigma`, in flow notation the one on `dx/dt = n - D`: one sampler serves them all.
///
/// Order 1, one evaluation per step, no noise.
///
/// @see <a href="https://arxiv.org/abs/2206.00364">Karras et al. 2022</a>
public record Euler() implements Sampler {

    public static final SamplerType TYPE = new SamplerType(
            new Descriptor(
                    "euler",
                    "Euler",
                    "Euler",
                    "The plain method: one evaluation per step, smooth and predictable. Also the standard one for flow models.",
                    "x' = alpha'*D + sigma'*n",
                    "arXiv 2206.00364",
                    Descriptor.Fidelity.EXACT,
                    List.of()),
            1,
            1,
            1,
            false,
            p -> new Euler());

    @Override
    public Evaluation<SamplerState> step(Step step, SamplerState state, GuidedDenoiser denoiser, StepNoise noise) {
        return denoiser.at(state.x(), step.here())
                .map(p -> LatentOps.combine(step.next().alpha(), p.denoised(), step.next().sigma(), p.noise()))
                .map(SamplerState::start);
    }
}
