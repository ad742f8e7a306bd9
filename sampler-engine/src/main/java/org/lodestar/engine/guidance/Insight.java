package org.lodestar.engine.guidance;

import java.util.List;

/// What a policy found out by [GuidancePolicy#inquire].
///
/// @param state what it knows now
/// @param asked names of the branches that it asked, each one network evaluation
/// @param notes decisions in words, for the log
public record Insight(PolicyState state, List<String> asked, List<String> notes) {
    public Insight {
        asked = List.copyOf(asked);
        notes = List.copyOf(notes);
    }

    /// Nothing was asked.
    public static Insight none(PolicyState state) {
        return new Insight(state, List.of(), List.of());
    }
}
