package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// One more text beside the prompt: adds what it asks for, or takes it away, counted from the empty prompt.
///
/// ```
/// D := D + w*(D_k - D_0)      D_k under the text, D_0 under the empty prompt; w below 0 takes away
/// ```
///
/// Acts on whatever the rest of the stack made, also at strength 1. Several may stand together. Neutral: no text, or `w = 0`.
///
/// Source: Liu et al. 2022, arXiv 2206.01714: conjunction and negation.
///
/// @param text what else is asked for, or ""
/// @param w    how strongly; negative to take it away
public record FurtherPrompt(String text, double w) implements GuidancePolicy {

    /// Adds the text.
    public static final PolicyType AND = new PolicyType(
            new Descriptor(
                    "and",
                    "And",
                    "Composed prompt",
                    "Adds a second thing to the picture as an idea of its own, with its own strength, where one long prompt would mix the two.",
                    "D := D + w*(D_k - D_0)",
                    "arXiv 2206.01714",
                    Descriptor.Fidelity.EXACT,
                    List.of(
                            new ParameterSpec.Text("text", "And", "", "What else should be seen, in a few words; empty adds nothing."),
                            ParameterSpec.number(
                                    "w", "Strength", 0, 100, 20, 3, 0.1, "How strongly the picture is pushed towards it, on the scale of CFG; 0 does nothing."))),
            Set.of(Slot.CORRECT),
            "1 more; 2 more beside a negative prompt",
            parameters -> new FurtherPrompt(parameters.text("text").strip(), parameters.number("w")));

    /// Takes the text away.
    public static final PolicyType NOT = new PolicyType(
            new Descriptor(
                    "not",
                    "Not",
                    "Negated prompt",
                    "Pushes one more thing out of the picture with a strength of its own, beside the prompt and its negative.",
                    "D := D - w*(D_n - D_0)",
                    "arXiv 2206.01714",
                    Descriptor.Fidelity.EXACT,
                    List.of(
                            new ParameterSpec.Text("text", "Not", "", "What should not be seen, in a few words; empty removes nothing."),
                            ParameterSpec.number(
                                    "w", "Strength", 0, 100, 20, 3, 0.1, "How strongly the picture is pushed away from it, on the scale of CFG; 0 does nothing."))),
            Set.of(Slot.CORRECT),
            "1 more; 2 more beside a negative prompt",
            parameters -> new FurtherPrompt(parameters.text("text").strip(), -parameters.number("w")));

    @Override
    public Set<Slot> slots() {
        return AND.slots();
    }

    @Override
    public List<String> prompts(Wording wording) {
        return isNeutral() ? List.of() : List.of(text);
    }

    @Override
    public List<Branch> extras(StepContext context, PolicyState state) {
        return isNeutral() ? List.of() : List.of(context.branches().prompt(text), context.branches().empty());
    }

    @Override
    public Corrected correct(Estimates estimates, Latents guided, PolicyState state) {
        if (isNeutral()) {
            return new Corrected(guided, state);
        }
        Branches branches = estimates.context().branches();
        Latents asked = estimates.of(branches.prompt(text)).denoised();
        Latents empty = estimates.of(branches.empty()).denoised();
        return new Corrected(LatentOps.addScaledDifference(guided, w, asked, empty), state);
    }

    private boolean isNeutral() {
        return text.isEmpty() || w == 0;
    }
}
