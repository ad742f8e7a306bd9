package org.lodestar.engine;

import java.nio.file.Path;

/// Where the engine finds and keeps things.
///
/// @param starterModel folder of the model that "starter" names
/// @param cacheFolder  for unpacked native libraries, fitted preview matrices and measurements; made if missing
/// @param threads      threads per network call on the CPU; 0 = one per physical core
/// @param anyMemory    whether to load models that need more memory than the machine has
public record EngineOptions(Path starterModel, Path cacheFolder, int threads, boolean anyMemory) {

    /// Options that refuse models too large for this machine.
    public EngineOptions(Path starterModel, Path cacheFolder, int threads) {
        this(starterModel, cacheFolder, threads, false);
    }

    /// The same, with models too large for this machine allowed or refused.
    public EngineOptions allowingAnyMemory(boolean allowed) {
        return new EngineOptions(starterModel, cacheFolder, threads, allowed);
    }
}
