package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// Perturbed-network guidance (PAG, SEG, SLG): guides away from an export of the net whose insides were disturbed.
///
/// ```
/// D := D + s*(D_c - D_pert)      for from <= i/N < to
/// ```
///
/// Which of the methods it is depends on how the second export was made: attention maps replaced by the identity (PAG), blurred (SEG), layers skipped (SLG). Acts beside
/// CFG and without it. Neutral: `s = 0`.
///
/// Source: Ahn et al. 2024, arXiv 2403.17377, and its relatives.
public record PerturbedGuidance(double s, double from, double to) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "perturbed",
                    "Perturbed",
                    "Perturbed-network guidance (PAG, SEG, SLG)",
                    "Shows the model a version of itself that cannot see structure and steers away from it: sounder anatomy and shapes. Needs such an export.",
                    "D := D + s*(D_c - D_pert)",
                    "arXiv 2403.17377",
                    Descriptor.Fidelity.EXACT,
                    Stream.concat(
                                    Stream.of(ParameterSpec.number("s", "Strength", 0, 20, 6, 3, 0.1, "How strongly the picture is steered away from the disturbed one; 0 does nothing.")),
                                    Window.parameters(0, 1, "it").stream())
                            .toList()),
            Set.of(Slot.CORRECT),
            "1 more, of the perturbed net",
            parameters -> new PerturbedGuidance(parameters.number("s"), parameters.number("from"), parameters.number("to")));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Set<Branch.Net> nets() {
        return s == 0 ? Set.of(Branch.Net.MAIN) : Set.of(Branch.Net.MAIN, Branch.Net.PERTURBED);
    }

    @Override
    public List<Branch> extras(StepContext context, PolicyState state) {
        return acts(context) ? List.of(perturbed(context)) : List.of();
    }

    @Override
    public Corrected correct(Estimates estimates, Latents guided, PolicyState state) {
        if (!acts(estimates.context())) {
            return new Corrected(guided, state);
        }
        Latents perturbed = estimates.of(perturbed(estimates.context())).denoised();
        return new Corrected(LatentOps.addScaledDifference(guided, s, estimates.cond().denoised(), perturbed), state);
    }

    private boolean acts(StepContext context) {
        return s != 0 && context.within(from, to);
    }

    private static Branch perturbed(StepContext context) {
        return new Branch("perturbed", context.branches().cond().conditioning(), Branch.Net.PERTURBED);
    }
}
