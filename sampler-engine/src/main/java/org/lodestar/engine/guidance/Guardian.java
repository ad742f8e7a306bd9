package org.lodestar.engine.guidance;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.model.Embedding;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// Mixes the prompt with a safe rewording of it: the guidance part of Guardians of Generation.
///
/// ```
/// form=embedding:  token states (1-m)*e + m*e_safe, pooled vectors and the rest from the safe prompt; then as usual
/// form=score:      D = D_r + w*[(1-m)*D_c + m*D_safe - D_r]
/// ```
///
/// `m = 0` is the prompt as written, `m = 1` the safe one, in both forms. Neutral: `m = 0`, or no safe prompt. Mixing embeddings assumes that both prompts are encoded to
/// the same length.
///
/// Source: arXiv 2503.16171; the paper describes scores, its code mixes embeddings.
public record Guardian(String safe, double m, boolean onScores) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "guardian",
                    "Guardian",
                    "Mixing in a safe prompt",
                    "Draws the picture towards a harmless rewording of your prompt, as far as you set, to stay clear of protected or unwanted subjects.",
                    "embedding: e := (1-m)*e + m*e_safe; score: D = D_r + w*[(1-m)*D_c + m*D_safe - D_r]",
                    "arXiv 2503.16171",
                    Descriptor.Fidelity.EXACT,
                    List.of(
                            new ParameterSpec.Text("safe", "Safe prompt", "", "The same picture in words that avoid the subject; empty changes nothing."),
                            ParameterSpec.number("m", "Amount", 0, 1, 0.5, 0.05, "How far the picture moves to the safe prompt: 0 not at all, 1 all the way."),
                            new ParameterSpec.Choice(
                                    "form", "Mixed on", List.of("embedding", "score"), "embedding", "Whether the words are mixed before painting (free), or the two pictures while painting."))),
            Set.of(Slot.CONDITION, Slot.FILTER, Slot.COMBINE),
            "0 on embeddings, 1 more on scores",
            p -> new Guardian(p.text("safe").strip(), p.number("m"), p.text("form").equals("score")));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public List<String> prompts(Wording wording) {
        return isNeutral() ? List.of() : List.of(safe);
    }

    @Override
    public Conditioned condition(StepContext context, PolicyState state) {
        return Conditioned.of(mixed(context), state);
    }

    private Branch mixed(StepContext context) {
        Branch cond = context.branches().cond();
        if (isNeutral() || onScores) {
            return cond;
        }
        Map<String, Embedding> other = context.branches().prompt(safe).conditioning().tensors();
        Map<String, Embedding> mixed = new LinkedHashMap<>(cond.conditioning().tensors());
        other.forEach((name, embedding) -> mixed.merge(name, embedding, this::mixed));
        return new Branch(cond.name(), new Conditioning(cond.conditioning().text(), mixed), cond.net());
    }

    private Embedding mixed(Embedding own, Embedding other) {
        if (own.shape().length != 2 || own.size() != other.size()) {
            return other;
        }
        float[] out = new float[own.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) ((1 - m) * own.at(i) + m * other.at(i));
        }
        return new Embedding(own.shape(), out);
    }

    @Override
    public boolean needsReferenceAtOne() {
        return onScores && !isNeutral();
    }

    @Override
    public List<Branch> extras(StepContext context, PolicyState state) {
        return onScores && !isNeutral() ? List.of(context.branches().prompt(safe)) : List.of();
    }

    @Override
    public Filtered filter(Estimates estimates, Latents difference, PolicyState state) {
        if (!onScores || isNeutral()) {
            return Filtered.of(difference, state);
        }
        Latents wanted = estimates.of(estimates.context().branches().prompt(safe)).denoised();
        return Filtered.of(LatentOps.addScaledDifference(difference, m, wanted, estimates.cond().denoised()), state);
    }

    @Override
    public Latents combine(Estimates estimates, Latents difference) {
        return estimates.fromReference(difference);
    }

    private boolean isNeutral() {
        return safe.isEmpty() || m == 0;
    }
}
