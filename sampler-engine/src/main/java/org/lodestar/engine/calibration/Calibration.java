package org.lodestar.engine.calibration;

import java.util.stream.Collectors;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.guidance.FitKey;
import org.lodestar.engine.parameter.Term;

/// Numbers of a policy that were measured on a model.
///
/// @param key   what they hold for
/// @param about how they were found, in a few words
/// @param term  the policy with its numbers
public record Calibration(FitKey key, String about, Term term) {

    /// A calibration from its text forms.
    ///
    /// @param key    as [FitKey#text] writes it
    /// @param policy as [Term#text] writes it
    /// @throws EngineException.InvalidInput if a text form is damaged, or the policy is not one of [CalibrationStore#POLICIES]
    public static Calibration read(String key, String about, String policy) {
        Term term = Term.parse(policy);
        if (!CalibrationStore.POLICIES.contains(term.id())) {
            throw new EngineException.InvalidInput(
                    "policy", "one of " + CalibrationStore.POLICIES.stream().sorted().collect(Collectors.joining(", ")) + " with its numbers", policy, "Calibrate again");
        }
        return new Calibration(FitKey.parse(key), about, term);
    }

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
