package org.lodestar.engine.calibration;

import org.lodestar.engine.guidance.FitKey;
import org.lodestar.engine.parameter.Term;

/// Numbers of a policy that were measured on a model.
///
/// @param key   what they hold for
/// @param about how they were found, in a few words
/// @param term  the policy with its numbers
public record Calibration(FitKey key, String about, Term term) {

    /// Whether `other` answers the same question, so that the newer one takes the older one's place. Adaptive guidance has a threshold for every space that it compares in.
    boolean replaces(Calibration other) {
        return key.equals(other.key) && term.id().equals(other.term.id()) && space(term).equals(space(other.term));
    }

    /// Whether this is what `wanted` has no numbers for.
    boolean answers(Term wanted) {
        return term.id().equals(wanted.id()) && (!wanted.parameters().containsKey("space") || space(wanted).equals(space(term)));
    }

    private static String space(Term term) {
        return term.parameters().getOrDefault("space", "");
    }
}
