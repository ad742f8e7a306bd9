package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.latent.Combination;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Consultation;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.schedule.NoiseLevel;

/// One part of a [PolicyStack]: fills one or more [Slot]s and leaves the rest alone. Stateless; what it remembers is a [PolicyState] handed in and out.
///
/// All estimates are clean samples (x0, `D`), where every parameterization agrees. With `D_c` under the prompt and `D_r` under the reference, an evaluation is
///
/// ```
/// WHEN no      D = D_c, one network evaluation
/// CONDITION    which D_c
/// REFERENCE    which D_r, asked or estimated
/// STRENGTH     w;  CURVE  w := curve(w)
/// FILTER       g = filter(D_c - D_r)
/// COMBINE      D = D_r + w*(D_c - D_r);  with filters  D = D_c + (w-1)*g, the same where g is the plain difference
/// CORRECT      D := correct(D)
/// COUPLE       noise for the sampler; without it  (x - alpha*D)/sigma
/// ```
///
/// With several evaluations per step (Heun) the state is advanced by stage 0 only; later stages see the state the step began with, so that momentum and latches count steps.
public interface GuidancePolicy {

    /// The slots this policy fills; its other methods are never called.
    Set<Slot> slots();

    /// The state before the first step of a new image.
    default PolicyState begin() {
        return PolicyState.NONE;
    }

    /// Texts that must be encoded before the run so that [Branches#prompt] finds them.
    default List<String> prompts(Wording wording) {
        return List.of();
    }

    /// What in the words of a run keeps it from acting; told before the run.
    default List<Problem> problems(Wording wording) {
        return List.of();
    }

    /// [Slot#WHEN]: whether to guide here. `false` saves the other branches' evaluations.
    default boolean active(StepContext context, PolicyState state) {
        return true;
    }

    /// The nets it asks; a model without one of them cannot run it.
    default Set<Branch.Net> nets() {
        return Set.of(Branch.Net.MAIN);
    }

    /// What it asks the model's companions; a model without one that answers cannot run it.
    default Set<Consultation.Kind> consultations() {
        return Set.of();
    }

    /// Whether it asks about parts of the state alone; a model whose networks take whole pictures only cannot run it.
    default boolean asksParts() {
        return false;
    }

    /// What the whole stack has to choose from instead of `branches`, guided or not: for policies that exchange the net that answers.
    default Branches branches(Branches branches) {
        return branches;
    }

    /// What its numbers were measured on, if they hold for nothing else; a run of anything else is refused.
    default Optional<FitKey> fittedFor() {
        return Optional.empty();
    }

    /// [Slot#CONDITION]: what is asked as the prompt, guided or not. The other slots find it as [Branches#cond], so that they ask other nets and other times the same.
    default Conditioned condition(StepContext context, PolicyState state) {
        return Conditioned.of(context.branches().cond(), state);
    }

    /// [Slot#CONDITION]: the prompt's estimate `D_c` that the rest of the stack works with, once the branches of [#condition] have answered, guided or not.
    default Prediction conditioned(Estimates estimates, PolicyState state) {
        return estimates.cond();
    }

    /// [Slot#REFERENCE]: the second branch.
    default Branch reference(StepContext context, PolicyState state) {
        return context.branches().base();
    }

    /// [Slot#REFERENCE]: the level that the second branch is asked at.
    default NoiseLevel referenceLevel(StepContext context) {
        return context.level();
    }

    /// [Slot#REFERENCE]: whether the second branch is estimated here instead of asked, which saves an evaluation, or chosen by [#inquire].
    default boolean estimatesReference(StepContext context, PolicyState state) {
        return false;
    }

    /// [Slot#REFERENCE]: the second branch's estimate, without asking it.
    default Prediction estimateReference(StepContext context, Prediction cond, PolicyState state) {
        return cond;
    }

    /// Further branches this policy needs at an active evaluation, in any slot; found again by [Estimates#of].
    default List<Branch> extras(StepContext context, PolicyState state) {
        return List.of();
    }

    /// What this policy has to find out once the first answers are there: a companion's advice, and further branches that follow from it. Called at every active evaluation, in any slot,
    /// before the difference is filtered.
    ///
    /// @return the state that the policy's other methods are given in this evaluation
    default Evaluation<Insight> inquire(Estimates estimates, PolicyState state) {
        return Evaluation.done(Insight.none(state));
    }

    /// [Slot#STRENGTH]: the guidance weight, 1 = plain conditional.
    default double weight(StepContext context) {
        return 1;
    }

    /// Whether the second branch is needed even where w is 1 and it would cancel out (CFG++ re-noises with it).
    default boolean needsReferenceAtOne() {
        return false;
    }

    /// Whether the prompt's own estimate is needed even where w is 0 and it would cancel out.
    default boolean needsPromptAtZero() {
        return !Set.of(Slot.STRENGTH, Slot.CURVE).containsAll(slots());
    }

    /// [Slot#CURVE]: the weight here, given the weight so far.
    default double curve(StepContext context, double weight) {
        return weight;
    }

    /// [Slot#FILTER]: the difference to weight.
    default Filtered filter(Estimates estimates, Combination difference, PolicyState state) {
        return Filtered.of(difference, state);
    }

    /// [Slot#COMBINE]: the guided clean sample from the filtered difference `g`.
    default Latents combine(Estimates estimates, Latents difference) {
        return estimates.fromCond(difference);
    }

    /// [Slot#CORRECT]: the guided clean sample, corrected. Called at every guided evaluation, also where the weight is 1.
    default Corrected correct(Estimates estimates, Latents guided, PolicyState state) {
        return new Corrected(guided, state);
    }

    /// [Slot#COUPLE]: the noise direction the sampler gets.
    default Latents couple(Estimates estimates, Latents guided) {
        return estimates.reference().noise();
    }

    /// What is remembered after an active evaluation at stage 0. Filters and corrections remember through [Filtered#next] and [Corrected#next] instead.
    ///
    /// @param notes add a few words here to have a decision logged
    default PolicyState after(Estimates estimates, PolicyState state, List<String> notes) {
        return state;
    }

    /// How the samples of a batch act together, for policies that treat them as particles.
    default Optional<Particles> particles() {
        return Optional.empty();
    }

    /// [Slot#AROUND]: whether it asks the second branch here beside what the rest of the stack asks, so that a negative prompt acts even where the rest does not ask it.
    default boolean asksBase(StepContext context) {
        return false;
    }

    /// [Slot#AROUND]: the whole guided evaluation, given a way to run the rest of the stack at a state and level of choice. Not called where guidance is off.
    default Evaluation<GuidanceOutcome> around(StepContext context, PolicyState state, Inner inner) {
        return inner.evaluate(context);
    }

    /// The rest of the stack, for [Slot#AROUND].
    interface Inner {
        /// The guided evaluation there.
        Evaluation<GuidanceOutcome> evaluate(StepContext context);

        /// The evaluation there as it is where guidance is off: the prompt's estimate.
        Evaluation<GuidanceOutcome> unguided(StepContext context);

        /// The prompt's estimate there, whatever the stack asks as the prompt, together with other branches.
        ///
        /// @param net    who answers for the prompt; [Branch.Net#MAIN] leaves it to the nets that the stack asks
        /// @param beside asked along with it
        Evaluation<Prompted> prompt(StepContext context, Branch.Net net, List<Branch> beside);
    }
}
