package org.lodestar.engine.guidance;

import java.util.function.UnaryOperator;
import org.lodestar.engine.model.Branch;

/// The ways of asking the network that a run has ready, for policies to choose from.
public interface Branches {

    /// The prompt.
    Branch cond();

    /// The negative prompt, or the empty prompt where none was given: what CFG guides away from.
    Branch base();

    /// The empty prompt, whatever the negative prompt is.
    Branch empty();

    /// Whether a negative prompt was given.
    boolean hasNegative();

    /// The words that the branches were made from.
    Wording wording();

    /// Another text, encoded before the run because [GuidancePolicy#prompts] named it.
    ///
    /// @throws java.util.NoSuchElementException if no policy of the stack named it
    Branch prompt(String text);

    /// These branches, all asked as `asked` says: of another net, or with more to go by.
    default Branches each(UnaryOperator<Branch> asked) {
        return new DerivedBranches(this, asked.apply(cond()), asked);
    }

    /// These branches with another prompt: what else is compared with the prompt is asked the same way.
    default Branches told(Branch prompt) {
        return new DerivedBranches(this, prompt, UnaryOperator.identity());
    }
}
