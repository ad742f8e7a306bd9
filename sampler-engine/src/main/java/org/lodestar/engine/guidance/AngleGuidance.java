package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.latent.PairSums;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// ADG, angle-domain guidance: turns the estimate away from the reference instead of lengthening it.
///
/// ```
/// theta = angle(D_c, D_r);   turn = min((w-1)*theta, limit)
/// D = D_c turned by `turn` away from D_r in their plane, its norm kept
/// ```
///
/// With e the unit vector of the difference's part across `D_c`: `D = cos(turn)*D_c + sin(turn)*|D_c|*e`.
///
/// Source: Jin et al. 2025, arXiv 2506.11039, rebuilt from descriptions.
public record AngleGuidance(double limit) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "adg",
                    "ADG",
                    "Angle-domain guidance",
                    "Changes where the picture goes but not how loud it is, so colours stay natural even at high strength.",
                    "D = cos(t)*D_c + sin(t)*|D_c|*e, t = min((w-1)*angle(D_c, D_r), limit)",
                    "arXiv 2506.11039",
                    Descriptor.Fidelity.RECONSTRUCTED,
                    List.of(new ParameterSpec.Real(
                            "limit", "Greatest turn", 0, 180, 90, 60, 1, "degrees", false, "How far a step may turn the picture at most; smaller is calmer."))),
            Set.of(Slot.COMBINE),
            "0",
            parameters -> new AngleGuidance(parameters.number("limit")));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Latents combine(Estimates estimates, Latents difference) {
        Latents cond = estimates.cond().denoised();
        PairSums sums = PairSums.of(difference, cond);
        double norm = Math.sqrt(sums.yy());
        if (norm == 0) {
            return estimates.fromCond(difference);
        }
        double along = sums.xy() / sums.yy();
        double across = Math.sqrt(Math.max(0, sums.xx() - along * sums.xy()));
        if (across == 0) {
            return cond;
        }
        double theta = Math.atan2(across, norm - along * norm);
        double turn = Math.min((estimates.weight() - 1) * theta, Math.toRadians(limit));
        double reach = Math.sin(turn) * norm / across;
        return LatentOps.combineExactly(Math.cos(turn) - reach * along, cond, reach, difference);
    }
}
