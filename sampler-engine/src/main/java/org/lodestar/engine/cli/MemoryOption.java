package org.lodestar.engine.cli;

import org.lodestar.engine.EngineOptions;
import picocli.CommandLine.Option;

/// Insists on loading a model that was estimated to need more memory than there is.
final class MemoryOption {
    @Option(names = "--any-memory", description = "Loads a model even if it needs more memory than this machine has.")
    private boolean anyMemory;

    /// Whether to load whatever it takes.
    boolean insists() {
        return anyMemory;
    }

    EngineOptions applied(EngineOptions usual) {
        return usual.allowingAnyMemory(anyMemory || usual.anyMemory());
    }
}
