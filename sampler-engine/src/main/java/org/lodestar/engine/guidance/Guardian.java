package org.lodestar.engine.guidance;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.lodestar.engine.concept.ConceptList;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.model.Consultation;
import org.lodestar.engine.model.Embedding;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.parameter.Parameters;

/// Guardians of Generation: mixes the prompt with a safe rewording of it, in every step, guided or not.
///
/// ```
/// form=embedding:  token states (1-m)*e + m*e_safe, pooled vectors and the rest from the safe prompt; then as usual
/// form=score:      D_c := (1-m)*D_c + m*D_safe, so that D = D_r + w*[(1-m)*D_c + m*D_safe - D_r]
/// every k steps:   m := min(1, m + 0.1) from the next step on, where likeness(D_c, concept) > seen
/// ```
///
/// Without a concept list the safe prompt is the one written by hand, and it always acts. With one it acts where a concept of the list is found, and is made by [SafeWording]
/// unless it was written by hand. `m = 0` is the prompt as written, `m = 1` the safe one, bit for bit in both forms. Neutral: `m = 0` without looking at the picture, nothing found, or
/// neither list nor safe prompt. Mixing embeddings assumes that both prompts are encoded to the same length; where they are not, the safe prompt's are taken.
///
/// Source: arXiv 2503.16171; the paper describes scores, its code mixes embeddings. There language models detect and reword; here a list and a table do, and looking at the picture is an addition.
///
/// @param safe     the safe prompt written by hand, or ""
/// @param m        how much of it
/// @param onScores whether the estimates are mixed instead of the embeddings
/// @param search   what is looked for, and how
/// @param every    steps from one look at the picture to the next; 0 never looks
/// @param seen     likeness above which a concept counts as seen
public record Guardian(String safe, double m, boolean onScores, ConceptSearch search, int every, double seen) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "guardian",
                    "Guardian",
                    "Mixing in a safe prompt",
                    "Draws the picture towards a harmless rewording of your prompt, as far as you set, to stay clear of protected or unwanted subjects.",
                    "embedding: e := (1-m)*e + m*e_safe; score: D = D_r + w*[(1-m)*D_c + m*D_safe - D_r]",
                    "arXiv 2503.16171",
                    Descriptor.Fidelity.APPROXIMATION,
                    List.of(
                            new ParameterSpec.Text(
                                    "safe", "Safe prompt", "", "The same picture in words that avoid the subject; empty changes nothing, or has the concept list make one."),
                            ParameterSpec.number("m", "Amount", 0, 1, 0.5, 0.05, "How far the picture moves to the safe prompt: 0 not at all, 1 all the way."),
                            new ParameterSpec.Choice(
                                    "form", "Mixed on", List.of("embedding", "score"), "embedding", "Whether the words are mixed before painting (free), or the two pictures while painting."),
                            new ParameterSpec.Text(
                                    "concepts", "Concepts", "", "Subjects to stay clear of, as name|synonym=replacement; and so on. With a list it only acts where the prompt names one."),
                            ParameterSpec.number(
                                    "alike", "Meaning from", 0, 1, 1, 0.01,
                                    "How near the prompt's meaning may come to a concept; 1 looks at words alone. It depends on the model: lodestar concepts finds it from examples."),
                            new ParameterSpec.Real(
                                    "every", "Look every", 0, 1000, 20, 0, 1, "steps", true,
                                    "Looks at the picture every so many steps and mixes in more if a concept shows; 0 never looks. Needs a scorer."),
                            ParameterSpec.number("seen", "Seen from", -1, 1, 0.25, 0.01, "How much the picture may look like a concept before more of the safe prompt is mixed in."))),
            Set.of(Slot.CONDITION),
            "0 on embeddings, 1 more on scores",
            Guardian::of);

    private static final int RAISES_TO_ONE = 10;

    private static Guardian of(Parameters parameters) {
        return new Guardian(
                parameters.text("safe").strip(),
                parameters.number("m"),
                parameters.text("form").equals("score"),
                new ConceptSearch(ConceptList.parse(parameters.text("concepts")), parameters.number("alike")),
                (int) parameters.number("every"),
                parameters.number("seen"));
    }

    /// What was decided, and how often the amount was raised since.
    ///
    /// @param by the settings that decided
    private record Watch(Guardian by, SafeWording wording, int raises) implements PolicyState {
        double amount() {
            return wording.safe().isEmpty() ? 0 : Math.min(1, by.m + (double) raises / RAISES_TO_ONE);
        }

        Branch safe(StepContext context) {
            return context.branches().prompt(wording.safe().orElseThrow());
        }
    }

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public List<String> prompts(Wording wording) {
        return SafeWording.texts(wording.prompt(), safe, search);
    }

    @Override
    public Set<Consultation.Kind> consultations() {
        return every == 0 || search.concepts().isEmpty() ? Set.of() : Set.of(Consultation.Kind.LIKENESS);
    }

    @Override
    public Conditioned condition(StepContext context, PolicyState state) {
        Watch now = watch(context, state);
        boolean told = context.stage() > 0 || (state instanceof Watch before && before.wording.equals(now.wording));
        return new Conditioned(
                onScores ? context.branches().cond() : mixed(context, now),
                onScores && now.amount() > 0 ? List.of(now.safe(context)) : List.of(),
                now,
                told ? List.of() : now.wording.notes());
    }

    /// What is known here: decided anew where the prompt or the settings changed.
    private Watch watch(StepContext context, PolicyState state) {
        if (!(state instanceof Watch before)) {
            return new Watch(this, decide(context.branches()), 0);
        }
        boolean holds = before.by.equals(this) && before.wording.prompt().equals(context.branches().wording().prompt());
        return holds ? before : new Watch(this, decide(context.branches()), before.raises);
    }

    private SafeWording decide(Branches branches) {
        String prompt = branches.wording().prompt();
        return SafeWording.of(prompt, safe, search, text -> (text.equals(prompt) ? branches.cond() : branches.prompt(text)).conditioning());
    }

    private static Branch mixed(StepContext context, Watch watch) {
        Branch cond = context.branches().cond();
        double m = watch.amount();
        if (m == 0) {
            return cond;
        }
        Conditioning other = watch.safe(context).conditioning();
        if (m == 1) {
            return new Branch(cond.name(), other, cond.net());
        }
        Map<String, Embedding> mixed = new LinkedHashMap<>(cond.conditioning().tensors());
        other.tensors().forEach((name, embedding) -> mixed.merge(name, embedding, (own, safe) -> mixed(own, safe, m)));
        return new Branch(cond.name(), new Conditioning(cond.conditioning().text(), mixed), cond.net());
    }

    private static Embedding mixed(Embedding own, Embedding other, double m) {
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
    public Prediction conditioned(Estimates estimates, PolicyState state) {
        Prediction own = estimates.cond();
        if (!onScores || !(state instanceof Watch watch) || watch.amount() == 0) {
            return own;
        }
        double m = watch.amount();
        Prediction other = estimates.of(watch.safe(estimates.context()));
        return m == 1 ? other : new Prediction(mixed(own.denoised(), other.denoised(), m), mixed(own.noise(), other.noise(), m));
    }

    private static Latents mixed(Latents own, Latents other, double m) {
        return LatentOps.combine(1 - m, own, m, other);
    }

    @Override
    public Evaluation<Insight> inquire(Estimates estimates, PolicyState state) {
        StepContext context = estimates.context();
        if (!(state instanceof Watch watch) || context.stage() > 0 || every == 0 || (context.step() + 1) % every != 0 || watch.wording.found().isEmpty()) {
            return Evaluation.done(Insight.none(state));
        }
        List<String> names = watch.wording.found();
        return Evaluation.likeness(estimates.cond().denoised(), names).map(cosines -> {
            int top = IntStream.range(0, names.size()).boxed().max((i, j) -> Double.compare(cosines.get(i), cosines.get(j))).orElse(0);
            Watch next = cosines.get(top) > seen && watch.amount() < 1 ? new Watch(watch.by, watch.wording, watch.raises + 1) : watch;
            String looked = String.format(Locale.ROOT, "the picture is like \"%s\" (%.2f of %.2f)", names.get(top), cosines.get(top), seen);
            String note = next.equals(watch) ? looked : String.format(Locale.ROOT, "%s: amount raised to %.2f", looked, next.amount());
            return new Insight(next, List.of(), List.of(note));
        });
    }
}
