package org.lodestar.engine.run;

import java.util.List;
import java.util.Optional;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.prompt.Dialect;

/// What may change while a run goes on: whatever is present replaces the old value from the next step on.
///
/// @param prompt   a new prompt
/// @param negative a new negative prompt ("" for none)
/// @param policy   a new policy stack
/// @param syntax   another way to read both prompts
public record Change(Optional<String> prompt, Optional<String> negative, Optional<List<Term>> policy, Optional<Dialect> syntax) {
    public Change {
        policy = policy.map(List::copyOf);
    }

    /// Prompts are read as before.
    public Change(Optional<String> prompt, Optional<String> negative, Optional<List<Term>> policy) {
        this(prompt, negative, policy, Optional.empty());
    }

    /// Nothing changes.
    public static Change none() {
        return new Change(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /// Only the policy changes.
    public static Change policy(List<Term> policy) {
        return new Change(Optional.empty(), Optional.empty(), Optional.of(policy));
    }

    /// Only the policy changes, given in its text form.
    public static Change policy(String policy) {
        return policy(Term.parseStack(policy));
    }

    public boolean isEmpty() {
        return prompt.isEmpty() && negative.isEmpty() && policy.isEmpty() && syntax.isEmpty();
    }
}
