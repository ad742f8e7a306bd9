package org.lodestar.studio.session;

import org.lodestar.engine.pack.ModelInfo;

/// Whether there is a model to work with.
public sealed interface ModelState {
    record Loading() implements ModelState {}

    record Ready(ModelInfo info) implements ModelState {}

    /// @param sentence what is wrong and what to do
    record Unusable(String sentence) implements ModelState {}
}
