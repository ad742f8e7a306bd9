package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// Blends the predictions of two nets with one latent space.
///
/// ```
/// D := D + share*(D_other - D_c)        without guidance: (1-share)*D_c + share*D_other
/// ```
///
/// `D_other` is the second net's answer to the same prompt. At sampling time what interpolating weights does beforehand; neutral: `share = 0`.
///
/// Source: the deployment-time interpolation of arXiv 2410.06084, on predictions instead of weights.
public record Blend(double share) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "blend",
                    "Blend",
                    "Blend of two models",
                    "Lets two related models paint one picture together, in the proportion you set. Needs a second model beside the first.",
                    "D := D + share*(D_other - D_c)",
                    "after arXiv 2410.06084",
                    Descriptor.Fidelity.APPROXIMATION,
                    List.of(ParameterSpec.number("share", "Second model's share", 0, 1, 0.5, 0.05, "0 is the first model alone, 1 the second alone."))),
            Set.of(Slot.CORRECT),
            "1 more, of the second net",
            parameters -> new Blend(parameters.number("share")));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Set<Branch.Net> nets() {
        return share == 0 ? Set.of(Branch.Net.MAIN) : Set.of(Branch.Net.MAIN, Branch.Net.SECOND);
    }

    @Override
    public List<Branch> extras(StepContext context, PolicyState state) {
        return share == 0 ? List.of() : List.of(other(context));
    }

    @Override
    public Corrected correct(Estimates estimates, Latents guided, PolicyState state) {
        if (share == 0) {
            return new Corrected(guided, state);
        }
        Latents other = estimates.of(other(estimates.context())).denoised();
        return new Corrected(LatentOps.addScaledDifference(guided, share, other, estimates.cond().denoised()), state);
    }

    private static Branch other(StepContext context) {
        return new Branch("second", context.branches().cond().conditioning(), Branch.Net.SECOND);
    }
}
