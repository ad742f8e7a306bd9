package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.latent.Combination;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.latent.PairSums;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// Perp-Neg: a negative prompt that cannot take away what the prompt asks for.
///
/// ```
/// d_c = D_c - D_0;  d_n = D_n - D_0
/// D = D_0 + w*(d_c - beta*perp),   perp = d_n - (<d_n,d_c>/|d_c|^2)*d_c
/// ```
///
/// The same rule in noise space, where all differences carry one common factor. Without a negative prompt it is CFG.
///
/// Source: Armandpour et al. 2023, arXiv 2304.04968.
public record PerpNeg(double beta) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "perp_neg",
                    "Perp-Neg",
                    "Perpendicular negative prompt",
                    "A negative prompt that respects the prompt: it only takes away what your words do not ask for, even where the two overlap.",
                    "D = D_0 + w*(d_c - beta*perp(d_n, d_c)), d_c = D_c - D_0, d_n = D_n - D_0",
                    "arXiv 2304.04968",
                    Descriptor.Fidelity.EXACT,
                    List.of(ParameterSpec.number(
                            "beta", "Negative strength", 0, 5, 2, 1, 0.05, "How strongly the negative prompt acts beside the prompt; 0 ignores it."))),
            Set.of(Slot.REFERENCE, Slot.FILTER, Slot.COMBINE),
            "3; 2 without a negative prompt",
            parameters -> new PerpNeg(parameters.number("beta")));

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
        return acts(context) ? List.of(context.branches().base()) : List.of();
    }

    @Override
    public Filtered filter(Estimates estimates, Combination difference, PolicyState state) {
        if (!acts(estimates.context())) {
            return Filtered.of(difference, state);
        }
        Latents negative = LatentOps.subtract(
                estimates.of(estimates.context().branches().base()).denoised(), estimates.reference().denoised());
        Latents wanted = difference.latents();
        PairSums sums = PairSums.of(negative, wanted);
        double along = sums.yy() == 0 ? 0 : sums.xy() / sums.yy();
        return Filtered.of(LatentOps.combineExactly(1 + beta * along, wanted, -beta, negative), state);
    }

    @Override
    public Latents combine(Estimates estimates, Latents difference) {
        return estimates.fromReference(difference);
    }

    private boolean acts(StepContext context) {
        return beta != 0 && context.branches().hasNegative();
    }
}
