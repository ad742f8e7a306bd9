package org.lodestar.engine.evidence;

import java.util.List;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.ModelChoice;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.run.Edit;
import org.lodestar.engine.run.RunSpec;

/// What all pictures of an investigation share.
///
/// @param model   what to load
/// @param device  where to run
/// @param prompts what is painted
/// @param seed    the first seed
/// @param seeds   pictures per prompt, with the seeds `seed, seed + 1, ...`
/// @param steps   steps of a full run
/// @param w       the CFG weight that everything is compared with
/// @param size    of the pictures
/// @param sampler numerical method
/// @param spacing how the steps are spread
public record Scope(
        ModelChoice model,
        DeviceWish device,
        List<String> prompts,
        long seed,
        int seeds,
        int steps,
        double w,
        ModelInfo.Size size,
        Term sampler,
        Term spacing) {
    /// Subjects of different kinds, colours and outlines.
    public static final List<String> PROMPTS = List.of("a red apple", "a smiling cat face", "a blue butterfly", "a rocket", "a slice of pizza");
    private static final double COMMON_WEIGHT = 7.5;

    public Scope {
        prompts = List.copyOf(prompts);
    }

    /// The usual scope for a model: five prompts, eight seeds, and the model's own size, sampler, number of steps and CFG weight.
    public static Scope of(ModelChoice choice, DeviceWish device, ModelInfo model) {
        ModelInfo.Defaults defaults = model.defaults();
        double w = Term.parseStack(defaults.policy()).stream()
                .filter(term -> term.id().equals("cfg"))
                .mapToDouble(term -> Catalog.policyType(term.id()).descriptor().check(term.parameters()).number("w"))
                .findFirst()
                .orElse(COMMON_WEIGHT);
        return new Scope(
                choice, device, PROMPTS, 1, 8, defaults.steps(), w, defaults.size(), Term.parse(defaults.sampler()), Term.parse(defaults.spacing()));
    }

    /// This scope with other prompts.
    public Scope withPrompts(List<String> others) {
        return new Scope(model, device, others, seed, seeds, steps, w, size, sampler, spacing);
    }

    /// This scope with another CFG weight.
    public Scope withWeight(double other) {
        return new Scope(model, device, prompts, seed, seeds, steps, other, size, sampler, spacing);
    }

    /// This scope with another number of steps.
    public Scope withSteps(int other) {
        return new Scope(model, device, prompts, seed, seeds, other, w, size, sampler, spacing);
    }

    /// This scope with other seeds.
    public Scope withSeeds(long first, int count) {
        return new Scope(model, device, prompts, first, count, steps, w, size, sampler, spacing);
    }

    /// Number of pictures per way of guiding.
    public int pictures() {
        return prompts.size() * seeds;
    }

    RunSpec spec(String prompt, Trial trial) {
        return new RunSpec(
                model.model(),
                prompt,
                trial.negative(),
                size.width(),
                size.height(),
                seed,
                seeds,
                trial.steps(),
                trial.sampler(),
                spacing,
                trial.policy(),
                "torch",
                trial.edits())
                .withLent(model.lent());
    }

    /// Plain CFG at the weight of this scope.
    public Trial cfg() {
        return policy("cfg(w=" + Numbers.plain(w) + ")");
    }

    /// A policy stack in its text form, everything else as in this scope.
    public Trial policy(String stack) {
        return new Trial(Term.parseStack(stack), steps, sampler, "", List.of());
    }

    /// One way of making the pictures of a scope.
    ///
    /// @param policy   the guidance policy stack
    /// @param steps    number of steps
    /// @param sampler  numerical method
    /// @param negative negative prompt, or ""
    /// @param edits    changes during the run
    public record Trial(List<Term> policy, int steps, Term sampler, String negative, List<Edit> edits) {
        public Trial {
            policy = List.copyOf(policy);
            edits = List.copyOf(edits);
        }

        /// The same with fewer or more steps.
        public Trial withSteps(int count) {
            return new Trial(policy, count, sampler, negative, edits);
        }

        /// The same with another sampler.
        public Trial withSampler(Term other) {
            return new Trial(policy, steps, other, negative, edits);
        }

        /// The same with a negative prompt.
        public Trial withNegative(String other) {
            return new Trial(policy, steps, sampler, other, edits);
        }

        /// The same with changes during the run.
        public Trial withEdits(List<Edit> changes) {
            return new Trial(policy, steps, sampler, negative, changes);
        }

        /// The policy in its text form.
        public String text() {
            return Term.text(policy);
        }
    }
}
