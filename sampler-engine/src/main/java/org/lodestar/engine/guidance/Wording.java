package org.lodestar.engine.guidance;

import java.util.List;

/// The words of a run, from which policies make texts of their own.
///
/// @param prompt   as the artist wrote it
/// @param negative as the artist wrote it; empty if none
/// @param labels   what the model's classifier tells apart; empty without one
public record Wording(String prompt, String negative, List<String> labels) {
    public Wording {
        labels = List.copyOf(labels);
    }
}
