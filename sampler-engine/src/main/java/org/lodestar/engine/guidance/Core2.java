package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.parameter.Descriptor;

/// CoRe2: a small net `g` that has learnt what guidance does to the prompt's noise serves as the weak side, and the guided estimate is pushed away from it.
///
/// ```
/// p < until:   n = g(n_c) + omega*(n_s - g(n_c))      n_s the noise of the rest of the stack
/// p >= until:  n = g(n_c)
/// ```
///
/// The algebra of autoguidance with `g` as the weak net. Neutral: `omega = 1` with `until = 1`, where `g` is not asked. The model must come with such a net.
///
/// Source: CoRe2, arXiv 2503.09662 (collect, reflect, refine); this is its refine step.
public record Core2(WeakToStrong rule) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "core2",
                    "CoRe2",
                    "Refinement past a quick guess",
                    "A small companion net guesses what guidance would do; the real thing is then pushed beyond the guess, for crisper detail, or replaced by it to save time. "
                            + "Needs such a companion.",
                    "n = g(n_c) + omega*(n_s - g(n_c)); later n = g(n_c)",
                    "arXiv 2503.09662",
                    Descriptor.Fidelity.EXACT,
                    WeakToStrong.parameters()),
            Set.of(Slot.CURVE, Slot.CORRECT),
            "3, one of them of the companion net; 2 after the refined share",
            p -> new Core2(new WeakToStrong(p.number("omega"), p.number("until"))));

    /// What the companion guessed at this evaluation.
    private record Guess(Latents noise) implements PolicyState {}

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Set<Branch.Net> nets() {
        return rule.isNeutral() ? Set.of(Branch.Net.MAIN) : Set.of(Branch.Net.MAIN, Branch.Net.REFLECTED);
    }

    @Override
    public double curve(StepContext context, double weight) {
        return rule.curve(context, weight);
    }

    @Override
    public Evaluation<Insight> inquire(Estimates estimates, PolicyState state) {
        StepContext context = estimates.context();
        if (!rule.acts(context)) {
            return Evaluation.done(Insight.none(state));
        }
        Query query = reflected(context, context.branches().cond(), estimates.cond().noise());
        return Evaluation.ask(query).map(answer -> new Insight(new Guess(answer.noise()), List.of(query.branch().name()), List.of()));
    }

    @Override
    public Corrected correct(Estimates estimates, Latents guided, PolicyState state) {
        return state instanceof Guess guess
                ? new Corrected(rule.refine(estimates.context(), guided, guess.noise), PolicyState.NONE)
                : new Corrected(guided, state);
    }

    /// The question what guidance would make of the prompt's noise; the answer's noise is the result.
    static Query reflected(StepContext context, Branch prompt, Latents noise) {
        Branch branch = new Branch("reflected", prompt.conditioning(), Branch.Net.REFLECTED);
        return new Query(branch, noise, context.level());
    }
}
