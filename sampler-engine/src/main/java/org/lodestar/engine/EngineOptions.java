package org.lodestar.engine;

import java.nio.file.Path;

/// Where the engine finds and keeps things.
///
/// @param starterModel folder of the model that "starter" names
/// @param cacheFolder  for unpacked native libraries, fitted preview matrices and measurements; made if missing
/// @param threads      threads per network call on the CPU; 0 = one per physical core
public record EngineOptions(Path starterModel, Path cacheFolder, int threads) {}
