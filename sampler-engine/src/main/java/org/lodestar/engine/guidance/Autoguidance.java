package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.latent.Combination;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// Autoguidance: guides away from a weaker version of the same net, under the same prompt.
///
/// ```
/// share = 1:   D = D_weak + w*(D_c - D_weak)
/// share = a:   D = D_c + (w-1)*[(1-a)*(D_c - D_r) + a*(D_c - D_weak)]
/// ```
///
/// Corrects the net's own mistakes without losing variety; mixed with CFG it also follows the words more closely. Neutral: `share = 0`. The model must come with a weak
/// net of the same latent space, degraded in the way the main one is.
///
/// Source: Karras et al. 2024, arXiv 2406.02507; the mix is that of their text-to-image experiment.
public record Autoguidance(double share) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "autoguidance",
                    "Autoguidance",
                    "Guidance by a weaker model",
                    "Lets a weaker version of the model show what a mistake looks like and steers clear of it: cleaner pictures with full variety. Needs such a model.",
                    "D = D_c + (w-1)*[(1-a)*(D_c - D_r) + a*(D_c - D_weak)]",
                    "arXiv 2406.02507",
                    Descriptor.Fidelity.EXACT,
                    List.of(ParameterSpec.number("share", "Weak model's share", 0, 1, 1, 0.05, "1 guides by the weak model alone, 0 by the prompt alone as CFG does."))),
            Set.of(Slot.REFERENCE, Slot.FILTER),
            "2, one of them of the weak net; 3 when mixed",
            parameters -> new Autoguidance(parameters.number("share")));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Set<Branch.Net> nets() {
        return share == 0 ? Set.of(Branch.Net.MAIN) : Set.of(Branch.Net.MAIN, Branch.Net.WEAK);
    }

    @Override
    public Branch reference(StepContext context, PolicyState state) {
        return share == 1 ? weak(context) : context.branches().base();
    }

    @Override
    public List<Branch> extras(StepContext context, PolicyState state) {
        return share > 0 && share < 1 ? List.of(weak(context)) : List.of();
    }

    @Override
    public Filtered filter(Estimates estimates, Combination difference, PolicyState state) {
        if (share == 0 || share == 1) {
            return Filtered.of(difference, state);
        }
        Latents weak = estimates.of(weak(estimates.context())).denoised();
        Latents mixed = LatentOps.combine(1 - share, difference.latents(), share, estimates.cond().denoised(), -share, weak);
        return Filtered.of(mixed, state);
    }

    private static Branch weak(StepContext context) {
        return new Branch("weak", context.branches().cond().conditioning(), Branch.Net.WEAK);
    }
}
