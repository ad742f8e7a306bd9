package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.latent.Combination;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.PairSums;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// PMC-CFG: the strongest push that leaves the estimate's norm within bounds.
///
/// ```
/// D = D_c + min(w-1, b)*g,   b the largest with |D_c + b*g| <= limit*|D_c|
/// b = (-<D_c,g> + sqrt(<D_c,g>^2 + (limit^2-1)*|g|^2*|D_c|^2))/|g|^2
/// ```
///
/// Neutral: a large limit.
///
/// Source: rebuilt from a catalogue of community methods.
public record PmcCfg(double limit) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "pmc",
                    "PMC",
                    "Guidance within a norm",
                    "Pushes as strongly as you ask, but never so far that the picture gets louder than allowed.",
                    "D = D_c + min(w-1, b)*g, b the largest with |D_c + b*g| <= limit*|D_c|",
                    "community (PMC-CFG)",
                    Descriptor.Fidelity.RECONSTRUCTED,
                    List.of(ParameterSpec.number(
                            "limit", "Limit", 1, 10, 2, 1.05, 0.01, "How loud the guided picture may be, compared with the unguided one; 1.05 is five per cent more."))),
            Set.of(Slot.FILTER),
            "0",
            parameters -> new PmcCfg(parameters.number("limit")));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Filtered filter(Estimates estimates, Combination difference, PolicyState state) {
        double wanted = estimates.weight() - 1;
        PairSums sums = difference.sumsWith(estimates.cond().denoised());
        if (wanted <= 0 || sums.xx() == 0) {
            return Filtered.of(difference, state);
        }
        double inner = sums.xy() * sums.xy() + (limit * limit - 1) * sums.xx() * sums.yy();
        double most = (-sums.xy() + Math.sqrt(inner)) / sums.xx();
        boolean cut = most < wanted;
        return new Filtered(cut ? Combination.of(LatentOps.scale(most / wanted, difference.latents())) : difference, state, Double.NaN, cut ? 1 : 0);
    }
}
