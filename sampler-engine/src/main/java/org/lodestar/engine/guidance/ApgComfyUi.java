package org.lodestar.engine.guidance;

import java.util.Set;
import org.lodestar.engine.latent.Combination;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.parameter.Descriptor;

/// APG as the node of that name in ComfyUI computes it, on the clean sample.
///
/// ```
/// g = D_c - D_r, filtered as in [Apg] against D_c
/// D = D_c + w*g
/// ```
///
/// One unit stronger than [Apg] of the same weight: with `eta = 1`, `r = 0`, `beta = 0` it is CFG at weight `w + 1`. At w = 1 the reference is not asked and nothing is
/// pushed, there and here. Offered so that its pictures can be made again.
public record ApgComfyUi(double w, ProjectedDifference projection) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "apg_comfyui",
                    "APG (ComfyUI)",
                    "Adaptive projected guidance as ComfyUI computes it",
                    "The variant of APG found in ComfyUI, one unit stronger than its number says. To remake pictures from there; for new work APG itself is the better choice.",
                    "g = D_c - D_r filtered as in apg; D = D_c + w*g",
                    "ComfyUI, node APG",
                    Descriptor.Fidelity.EXACT,
                    Apg.parameters(8, 1, 5, 0)),
            Set.of(Slot.STRENGTH, Slot.FILTER, Slot.COMBINE),
            "2; 1 at strength 1",
            parameters -> new ApgComfyUi(parameters.number("w"), Apg.projection(parameters)));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public double weight(StepContext context) {
        return w;
    }

    @Override
    public Filtered filter(Estimates estimates, Combination difference, PolicyState state) {
        return projection.apply(difference, estimates.cond().denoised(), state);
    }

    @Override
    public Latents combine(Estimates estimates, Latents difference) {
        return LatentOps.addScaled(estimates.cond().denoised(), w, difference);
    }
}
