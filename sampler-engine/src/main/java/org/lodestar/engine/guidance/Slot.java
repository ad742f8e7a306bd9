package org.lodestar.engine.guidance;

/// The places of a policy stack, in the order in which they act within one guided evaluation.
public enum Slot {
    /// Whether this evaluation is guided at all. Several may stand together; all must agree.
    WHEN,
    /// What is asked as the prompt. At most one.
    CONDITION,
    /// What the second branch is (empty prompt, negative prompt, weak net, ...). At most one.
    REFERENCE,
    /// The guidance weight w. Exactly one.
    STRENGTH,
    /// A change of the weight over the run. Several multiply up in the order written.
    CURVE,
    /// A change of the difference `cond - reference` before it is weighted. Several act in the order written.
    FILTER,
    /// How base, difference and weight become the guided estimate. At most one; without it `reference + w*difference`.
    COMBINE,
    /// A correction of the guided estimate. Several act in the order written.
    CORRECT,
    /// Which noise direction the sampler gets. At most one.
    COUPLE,
    /// Wraps the whole evaluation (extra evaluations, inversion inside the step). At most one.
    AROUND;

    /// Whether at most one part of a stack may fill this slot.
    public boolean takesOne() {
        return switch (this) {
            case CONDITION, REFERENCE, STRENGTH, COMBINE, COUPLE, AROUND -> true;
            case WHEN, CURVE, FILTER, CORRECT -> false;
        };
    }

    /// What a part in this slot does, to complete "a part that ...".
    public String role() {
        return switch (this) {
            case WHEN -> "decides when to guide";
            case CONDITION -> "changes the prompt's conditioning";
            case REFERENCE -> "chooses what to guide away from";
            case STRENGTH -> "sets the strength";
            case CURVE -> "changes the strength over the run";
            case FILTER -> "filters the difference";
            case COMBINE -> "combines the estimates";
            case CORRECT -> "corrects the result";
            case COUPLE -> "chooses the noise direction";
            case AROUND -> "wraps the whole step";
        };
    }
}
