package org.lodestar.engine.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.pack.Lent;
import org.lodestar.engine.pack.ModelChoice;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.prompt.Dialect;
import org.lodestar.engine.prompt.DynamicPrompt;
import org.lodestar.engine.prompt.Schedule;
import org.lodestar.engine.record.WildcardFolder;

/// One generation, completely: the same spec on the same model gives the same pictures. Canonical JSON and hash are in [SpecJson].
///
/// @param model    "starter" or a model folder
/// @param prompt   what should be seen
/// @param negative what should not be seen, or ""
/// @param width    pixels
/// @param height   pixels
/// @param seed     noise of the first sample; sample i of the batch uses `seed + i`
/// @param batch    number of samples
/// @param steps    number of steps
/// @param sampler  numerical method
/// @param spacing  how the steps are spread over the noise levels
/// @param policy   the guidance policy stack
/// @param noise    id of the noise source
/// @param edits    changes during the run, by ascending step
/// @param syntax   how the prompts are read
/// @param source   the picture to start from, if any
/// @param template what the prompts were drawn from, if they were; it changes no picture
/// @param lent     nets of other models that work beside the model's own
public record RunSpec(
        String model,
        String prompt,
        String negative,
        int width,
        int height,
        long seed,
        int batch,
        int steps,
        Term sampler,
        Term spacing,
        List<Term> policy,
        String noise,
        List<Edit> edits,
        Dialect syntax,
        Optional<Source> source,
        Optional<Template> template,
        List<Lent> lent) {

    public RunSpec {
        policy = List.copyOf(policy);
        edits = List.copyOf(edits);
        lent = List.copyOf(lent);
    }

    /// A run from noise alone whose prompts are read as plain text.
    public RunSpec(
            String model,
            String prompt,
            String negative,
            int width,
            int height,
            long seed,
            int batch,
            int steps,
            Term sampler,
            Term spacing,
            List<Term> policy,
            String noise,
            List<Edit> edits) {
        this(model, prompt, negative, width, height, seed, batch, steps, sampler, spacing, policy, noise, edits, Dialect.PLAIN, Optional.empty(), Optional.empty(), List.of());
    }

    /// This spec with prompts read otherwise.
    public RunSpec withSyntax(Dialect newSyntax) {
        return with(prompt, negative, policy, edits, newSyntax, template);
    }

    /// This spec with its prompts drawn by its seed where they are templates, which are kept beside them; itself where there is nothing to draw, as in plain text.
    ///
    /// @param wildcards lists that the prompts may name
    /// @throws org.lodestar.engine.fault.EngineException.InvalidInput with every list that is missing
    public RunSpec drawn(WildcardFolder wildcards) {
        if (syntax == Dialect.PLAIN) {
            return this;
        }
        Map<String, List<String>> lists = wildcards.lists(List.of(prompt, negative));
        String drawnPrompt = DynamicPrompt.draw(prompt, lists, seed);
        String drawnNegative = DynamicPrompt.draw(negative, lists, seed);
        if (drawnPrompt.equals(prompt) && drawnNegative.equals(negative)) {
            return this;
        }
        return with(drawnPrompt, drawnNegative, policy, edits, syntax, Optional.of(new Template(prompt, negative)));
    }

    private RunSpec with(String newPrompt, String newNegative, List<Term> newPolicy, List<Edit> newEdits, Dialect newSyntax, Optional<Template> newTemplate) {
        return new RunSpec(model, newPrompt, newNegative, width, height, seed, batch, steps, sampler, spacing, newPolicy, noise, newEdits, newSyntax, source, newTemplate, lent);
    }

    /// This spec with another model.
    public RunSpec withModel(String newModel) {
        return new RunSpec(newModel, prompt, negative, width, height, seed, batch, steps, sampler, spacing, policy, noise, edits, syntax, source, template, lent);
    }

    /// This spec with other nets of other models beside its own.
    public RunSpec withLent(List<Lent> newLent) {
        return new RunSpec(model, prompt, negative, width, height, seed, batch, steps, sampler, spacing, policy, noise, edits, syntax, source, template, newLent);
    }

    /// What has to be loaded for it.
    public ModelChoice choice() {
        return new ModelChoice(model, lent);
    }

    /// This spec from another picture.
    public RunSpec withSource(Optional<Source> newSource) {
        return new RunSpec(model, prompt, negative, width, height, seed, batch, steps, sampler, spacing, policy, noise, edits, syntax, newSource, template, lent);
    }

    /// How many of the steps are done: all of them from noise, a part from a picture.
    ///
    /// @throws org.lodestar.engine.fault.EngineException.InvalidInput for an unknown spacing
    public int stepsToRun() {
        return source.map(from -> Catalog.spacing(spacing).stepsFrom(steps, from.strength())).orElse(steps);
    }

    /// This spec with another policy.
    public RunSpec withPolicy(List<Term> newPolicy) {
        return with(prompt, negative, newPolicy, edits, syntax, template);
    }

    /// This spec with another seed.
    public RunSpec withSeed(long newSeed) {
        return new RunSpec(model, prompt, negative, width, height, newSeed, batch, steps, sampler, spacing, policy, noise, edits, syntax, source, template, lent);
    }

    /// This spec with other edits.
    public RunSpec withEdits(List<Edit> newEdits) {
        return with(prompt, negative, policy, newEdits, syntax, template);
    }

    /// This spec with `edit` added after those of the same or an earlier step; later ones are dropped (a branch leaves its parent's future behind).
    public RunSpec branch(Edit edit) {
        List<Edit> kept = new ArrayList<>(edits.stream().filter(e -> e.step() <= edit.step()).toList());
        if (!edit.change().isEmpty()) {
            kept.add(edit);
        }
        return withEdits(kept);
    }

    /// The spec in force at `step`: all edits up to it applied, none left, and the prompts as their schedules have them there.
    public RunSpec at(int step) {
        RunSpec now = writtenAt(step);
        String promptThere = Schedule.at(now.prompt, now.syntax, step, steps);
        String negativeThere = Schedule.at(now.negative, now.syntax, step, steps);
        return now.with(promptThere, negativeThere, now.policy, List.of(), now.syntax, template);
    }

    /// The spec in force at `step` with its prompts as written: all edits up to it applied, none left, schedules kept.
    public RunSpec writtenAt(int step) {
        RunSpec now = withEdits(List.of());
        for (Edit edit : edits) {
            if (edit.step() <= step) {
                Change change = edit.change();
                now = now.with(
                        change.prompt().orElse(now.prompt),
                        change.negative().orElse(now.negative),
                        change.policy().orElse(now.policy),
                        List.of(),
                        change.syntax().orElse(now.syntax),
                        template);
            }
        }
        return now;
    }
}
