package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.latent.PairSums;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// Tangential CFG: keeps of the reference only what lies along the direction that both estimates share.
///
/// ```
/// v = first right singular vector of the two rows [c; r]
/// r' = <r,v>*v;   y = r' + w*(c - r')        c, r, y noises (space=eps) or raw outputs (space=output)
/// ```
///
/// v is `p*c + q*r` normalised, with (p, q) the leading eigenvector of the 2x2 Gram matrix.
///
/// Source: Kwon et al. 2025, arXiv 2503.18137.
public record TangentialCfg(String space) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "tcfg",
                    "TCFG",
                    "Tangential guidance",
                    "Cleans the comparison picture of what has nothing to do with your words before guiding, for cleaner shapes at the same strength.",
                    "v = leading singular vector of [c; r]; r' = <r,v>*v; y = r' + w*(c - r')",
                    "arXiv 2503.18137",
                    Descriptor.Fidelity.EXACT,
                    List.of(new ParameterSpec.Choice(
                            "space",
                            "Measured on",
                            List.of("eps", "output"),
                            "eps",
                            "What is cleaned: the predicted noise as published, or whatever the network puts out."))),
            Set.of(Slot.COMBINE),
            "0",
            parameters -> new TangentialCfg(parameters.text("space")));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Latents combine(Estimates estimates, Latents difference) {
        Space in = Space.named(space, estimates.context());
        Latents c = in.of(estimates.cond());
        Latents r = in.of(estimates.reference());
        PairSums sums = PairSums.of(c, r);
        double half = (sums.xx() - sums.yy()) / 2;
        double leading = (sums.xx() + sums.yy()) / 2 + Math.hypot(half, sums.xy());
        // Of the two forms of the eigenvector, the one without cancellation.
        double p = half >= 0 ? leading - sums.yy() : sums.xy();
        double q = half >= 0 ? sums.xy() : leading - sums.xx();
        double norm = leading * (p * p + q * q);
        if (norm == 0) {
            return estimates.fromReference(difference);
        }
        double share = (p * sums.xy() + q * sums.yy()) / norm;
        Latents change = LatentOps.combineExactly(share * p, c, share * q - 1, r);
        return estimates.fromMovedReference(in.denoisedChange(change), difference);
    }
}
