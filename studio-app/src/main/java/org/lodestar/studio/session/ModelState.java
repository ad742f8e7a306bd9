package org.lodestar.studio.session;

import org.lodestar.engine.pack.ModelInfo;

/// Whether there is a model to work with.
public sealed interface ModelState {
    /// @param phase    what is being loaded, or "" before that is known
    /// @param fraction 0..1 of the whole
    record Loading(String phase, double fraction) implements ModelState {
        Loading() {
            this("", 0);
        }
    }

    record Ready(ModelInfo info) implements ModelState {}

    /// Nothing is in memory; the next run loads what it needs.
    record Unloaded() implements ModelState {}

    /// @param sentence what is wrong and what to do
    /// @param tooLarge whether it was refused for its memory, and may be loaded all the same ([StudioSession#loadAnyway])
    record Unusable(String sentence, boolean tooLarge) implements ModelState {}
}
