package org.lodestar.engine.guidance;

import java.util.List;
import org.lodestar.engine.model.Branch;

/// What a policy makes of the prompt by [GuidancePolicy#condition].
///
/// @param branch what is asked as the prompt
/// @param also   further branches that the prompt's estimate is made from; each one network evaluation, guided or not
/// @param next   what the policy knows now
/// @param notes  decisions in words, for the log
public record Conditioned(Branch branch, List<Branch> also, PolicyState next, List<String> notes) {
    public Conditioned {
        also = List.copyOf(also);
        notes = List.copyOf(notes);
    }

    /// One branch, nothing remembered.
    public static Conditioned of(Branch branch, PolicyState unchanged) {
        return new Conditioned(branch, List.of(), unchanged, List.of());
    }
}
