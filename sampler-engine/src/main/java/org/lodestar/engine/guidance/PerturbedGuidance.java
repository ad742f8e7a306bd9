package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// Perturbed-network guidance (PAG, SEG, SLG, S2): guides away from an export of the net whose insides were disturbed.
///
/// ```
/// D := D + s*(D_c - D_pert)      for from <= i/N < to; counted from the prompt (against=prompt)
/// D := D - s*(D_pert - D_r)      counted from the reference (against=reference)
/// ```
///
/// Which of the methods it is depends on how the second export was made: attention maps replaced by the identity (PAG), blurred (SEG), layers skipped (SLG).
/// Acts beside CFG and without it. Neutral: `s = 0`. `against=reference` is the subtractive form of S2-guidance, with strengths of 0.25 to 1: there a tenth of
/// the blocks is left out, others at every step; one export leaves out the same ones always.
///
/// Source: Ahn et al. 2024, arXiv 2403.17377, and its relatives; S2-guidance, arXiv 2508.12880, at second hand.
public record PerturbedGuidance(double s, double from, double to, boolean subtracts) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "perturbed",
                    "Perturbed",
                    "Perturbed-network guidance (PAG, SEG, SLG, S2)",
                    "Shows the model a version of itself that cannot see structure and steers away from it: sounder anatomy and shapes. Needs such an export.",
                    "D := D + s*(D_c - D_pert), or D := D - s*(D_pert - D_r)",
                    "arXiv 2403.17377",
                    Descriptor.Fidelity.EXACT,
                    Stream.concat(
                                    Stream.of(ParameterSpec.number("s", "Strength", 0, 20, 6, 3, 0.1,
                                    "How strongly the picture is steered away from the disturbed one; 0 does nothing.")),
                                    Stream.concat(
                                            Window.parameters(0, 1, "it").stream(),
                                            Stream.of(new ParameterSpec.Choice(
                                                    "against", "Counted from", List.of("prompt", "reference"), "prompt",
                                                    "Whether the disturbed picture is compared with the prompt's, or with the one without your words "
                                                            + "(S2-guidance; strength 0.25 to 1)."))))
                            .toList()),
            Set.of(Slot.CORRECT),
            "1 more, of the perturbed net; 2 more from the reference where CFG's weight is 1",
            p -> new PerturbedGuidance(p.number("s"), p.number("from"), p.number("to"), p.text("against").equals("reference")));

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
        if (!acts(context)) {
            return List.of();
        }
        return subtracts ? List.of(perturbed(context), context.branches().base()) : List.of(perturbed(context));
    }

    @Override
    public Corrected correct(Estimates estimates, Latents guided, PolicyState state) {
        if (!acts(estimates.context())) {
            return new Corrected(guided, state);
        }
        Latents perturbed = estimates.of(perturbed(estimates.context())).denoised();
        Prediction other = subtracts ? estimates.of(estimates.context().branches().base()) : estimates.cond();
        return new Corrected(LatentOps.addScaledDifference(guided, s, other.denoised(), perturbed), state);
    }

    private boolean acts(StepContext context) {
        return s != 0 && context.within(from, to);
    }

    private static Branch perturbed(StepContext context) {
        return new Branch("perturbed", context.branches().cond().conditioning(), Branch.Net.PERTURBED);
    }
}
