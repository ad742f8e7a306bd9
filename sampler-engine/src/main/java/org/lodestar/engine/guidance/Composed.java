package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.prompt.Composition;

/// Several prompts as one, where a prompt says `AND`.
///
/// ```
/// D_c := D_b + sum_i w_i*(D_i - D_b)        D_b under the negative or empty prompt; the same on noises
/// ```
///
/// so that CFG of weight w gives `D_b + w*sum_i w_i*(D_i - D_b)`, and every other policy treats the composition as the prompt. One evaluation per prompt, guided or not, and one for `D_b`,
/// which CFG needs anyway. A run adds it by itself.
///
/// Source: Liu et al. 2022, arXiv 2206.01714.
///
/// @param composition the prompts; the first one is the run's prompt
public record Composed(Composition composition) implements GuidancePolicy {

    @Override
    public Set<Slot> slots() {
        return Set.of(Slot.CONDITION);
    }

    @Override
    public List<String> prompts(Wording wording) {
        return composition.parts().stream().skip(1).map(Composition.Part::text).toList();
    }

    @Override
    public Conditioned condition(StepContext context, PolicyState state) {
        Branches branches = context.branches();
        List<Branch> also = Stream.concat(Stream.of(branches.base()), prompts(branches.wording()).stream().map(branches::prompt)).toList();
        return new Conditioned(branches.cond(), also, state, List.of());
    }

    @Override
    public Prediction conditioned(Estimates estimates, PolicyState state) {
        Branches branches = estimates.context().branches();
        Prediction base = estimates.of(branches.base());
        Prediction sum = base;
        for (int i = 0; i < composition.parts().size(); i++) {
            Composition.Part part = composition.parts().get(i);
            Prediction own = i == 0 ? estimates.cond() : estimates.of(branches.prompt(part.text()));
            sum = new Prediction(
                    added(sum.denoised(), part.weight(), own.denoised(), base.denoised()), added(sum.noise(), part.weight(), own.noise(), base.noise()));
        }
        return sum;
    }

    private static Latents added(Latents sum, double weight, Latents own, Latents base) {
        return LatentOps.addScaledDifference(sum, weight, own, base);
    }
}
