package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// Erasing by fine-tuning: a net that has lost one concept answers for the prompt, in every step, guided or not.
///
/// ```
/// D_c := (1-s)*D_c + s*D_erased        so that D = D_r + w*[(1-s)*D_c + s*D_erased - D_r]
/// ```
///
/// The second branch stays that of the main net, so that no other part of a stack changes. What a sampling-time way of erasing ([EraseTerm], [SafeLatent]) is compared with. Neutral: `s = 0`.
/// The model must come with such a net; which concept it has lost is told among the model's notes.
///
/// Source: after erased fine-tunes, arXiv 2303.07345, and their replacement concepts, arXiv 2312.12807; the mixing of answers is an addition.
///
/// @param strength s, 0..1
public record Erased(double strength) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "erased",
                    "Erased",
                    "Fine-tuned erasing",
                    "Has your prompt answered by a relative of the model that was retrained to forget one thing and draws another in its place. Needs such a relative; the model's notes say what it forgot.",
                    "D_c := (1-s)*D_c + s*D_erased",
                    "after arXiv 2303.07345",
                    Descriptor.Fidelity.APPROXIMATION,
                    List.of(ParameterSpec.number("strength", "Amount", 0, 1, 1, 0.05, "0 is the model itself, 1 the one that forgot; between them both answer, which costs one evaluation more."))),
            Set.of(Slot.CONDITION),
            "0; 1 more between 0 and 1",
            parameters -> new Erased(parameters.number("strength")));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Set<Branch.Net> nets() {
        return strength == 0 ? Set.of(Branch.Net.MAIN) : Set.of(Branch.Net.MAIN, Branch.Net.ERASED);
    }

    @Override
    public Conditioned condition(StepContext context, PolicyState state) {
        Branch cond = context.branches().cond();
        if (strength == 0) {
            return Conditioned.of(cond, state);
        }
        return strength == 1 ? Conditioned.of(erased(context), state) : new Conditioned(cond, List.of(erased(context)), state, List.of());
    }

    @Override
    public Prediction conditioned(Estimates estimates, PolicyState state) {
        Prediction own = estimates.cond();
        if (strength == 0 || strength == 1) {
            return own;
        }
        Prediction other = estimates.of(erased(estimates.context()));
        return new Prediction(mixed(own.denoised(), other.denoised()), mixed(own.noise(), other.noise()));
    }

    private Latents mixed(Latents own, Latents other) {
        return LatentOps.combine(1 - strength, own, strength, other);
    }

    private static Branch erased(StepContext context) {
        return new Branch("erased", context.branches().cond().conditioning(), Branch.Net.ERASED);
    }
}
