package org.lodestar.engine.guidance;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.model.Prediction;

/// What a policy found out by [GuidancePolicy#inquire].
///
/// @param state     what it knows now
/// @param asked     names of the branches that it asked, each one network evaluation
/// @param notes     decisions in words, for the log
/// @param reference the second branch's estimate, where a part in [Slot#REFERENCE] chose that branch only now; else null
public record Insight(PolicyState state, List<String> asked, List<String> notes, @Nullable Prediction reference) {
    /// A finding that leaves the second branch as it is.
    public Insight(PolicyState state, List<String> asked, List<String> notes) {
        this(state, asked, notes, null);
    }

    public Insight {
        asked = List.copyOf(asked);
        notes = List.copyOf(notes);
    }

    /// Nothing was asked.
    public static Insight none(PolicyState state) {
        return new Insight(state, List.of(), List.of());
    }
}
