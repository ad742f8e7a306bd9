package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.latent.PairSums;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// Contrastive CFG: a negative prompt that lets go once the picture is far from it.
///
/// ```
/// D = D_0 + w*(D_c - D_0) - w*lambda*(D_n - D_0)
/// lambda = 2/(1 + exp(tau*d)),   d = mean square of n_n - n_0
/// ```
///
/// `lambda` is 1 where both noises agree and falls to 0 with their distance, so that a negative prompt which has nothing to do with the picture cannot disturb it. The
/// mean instead of the sum makes `tau` independent of the picture's size.
///
/// Source: Chang et al. 2024, arXiv 2411.17077, rebuilt from descriptions; the positive prompt keeps CFG's weight here.
public record ContrastiveCfg(double tau) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "contrastive",
                    "Contrastive",
                    "Contrastive negative prompt",
                    "A negative prompt that only pushes while the picture is near it and lets go when it is gone, which keeps the rest undisturbed.",
                    "D = D_0 + w*(D_c - D_0) - w*lambda*(D_n - D_0), lambda = 2/(1 + exp(tau*mean((n_n - n_0)^2)))",
                    "arXiv 2411.17077",
                    Descriptor.Fidelity.RECONSTRUCTED,
                    List.of(ParameterSpec.number(
                            "tau", "Letting go", 0, 1000, 100, 20, 1, "How soon the negative prompt lets go; 0 never, and then it is a plain negated prompt."))),
            Set.of(Slot.REFERENCE, Slot.CORRECT),
            "3; 2 without a negative prompt",
            parameters -> new ContrastiveCfg(parameters.number("tau")));

    /// The negative prompt has been seen to let go.
    private record LetGo() implements PolicyState {}

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Branch reference(StepContext context, PolicyState state) {
        return context.branches().empty();
    }

    @Override
    public boolean needsReferenceAtOne() {
        return true;
    }

    @Override
    public List<Branch> extras(StepContext context, PolicyState state) {
        return context.branches().hasNegative() ? List.of(context.branches().base()) : List.of();
    }

    @Override
    public Corrected correct(Estimates estimates, Latents guided, PolicyState state) {
        Branches branches = estimates.context().branches();
        if (!branches.hasNegative()) {
            return new Corrected(guided, state);
        }
        Latents negative = estimates.of(branches.base()).denoised();
        Latents pushed =
                LatentOps.addScaledDifference(guided, -estimates.weight() * lambda(estimates), negative, estimates.reference().denoised());
        return new Corrected(pushed, state);
    }

    @Override
    public PolicyState after(Estimates estimates, PolicyState state, List<String> notes) {
        boolean acting = !estimates.context().branches().hasNegative() || lambda(estimates) > 0.05;
        if (acting == !(state instanceof LetGo)) {
            return state;
        }
        notes.add(acting ? "the negative prompt acts again" : "the negative prompt lets go: the picture is far from it");
        return acting ? PolicyState.NONE : new LetGo();
    }

    private double lambda(Estimates estimates) {
        Latents negative = estimates.of(estimates.context().branches().base()).noise();
        double distance = PairSums.of(negative, estimates.reference().noise()).squaredDistance() / negative.size();
        return 2 / (1 + Math.exp(tau * distance));
    }
}
