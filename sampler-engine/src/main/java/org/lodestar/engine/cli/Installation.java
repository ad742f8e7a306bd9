package org.lodestar.engine.cli;

import java.nio.file.Path;
import java.util.Map;
import org.lodestar.engine.EngineOptions;

/// Where the program lies and where it keeps things on this system.
///
/// @param home     the program's folder, with `models/starter` in it; the system property `lodestar.home`, else the working directory
/// @param cache    what can be made again: unpacked native libraries, measurements
/// @param pictures finished pictures for which no name was given
public record Installation(Path home, Path cache, Path pictures) {

    /// This program on this system.
    public static Installation ofThisSystem() {
        return of(
                Path.of(System.getProperty("lodestar.home", "")).toAbsolutePath(),
                System.getProperty("os.name", ""),
                Path.of(System.getProperty("user.home", ".")),
                System.getenv());
    }

    static Installation of(Path home, String system, Path user, Map<String, String> environment) {
        Path cache;
        if (system.startsWith("Windows")) {
            cache = folder(environment, "LOCALAPPDATA", user.resolve("AppData/Local")).resolve("Lodestar").resolve("cache");
        } else if (system.startsWith("Mac")) {
            cache = user.resolve("Library/Caches/Lodestar");
        } else {
            cache = folder(environment, "XDG_CACHE_HOME", user.resolve(".cache")).resolve("lodestar");
        }
        return new Installation(home, cache, user.resolve("Pictures").resolve("Lodestar"));
    }

    /// Where the models that ship with the program lie.
    public Path models() {
        return home.resolve("models");
    }

    /// @param threads per network call on the CPU; 0 = one per core
    public EngineOptions options(int threads) {
        return new EngineOptions(models().resolve("starter"), cache, threads);
    }

    private static Path folder(Map<String, String> environment, String variable, Path fallback) {
        String value = environment.getOrDefault(variable, "");
        return value.isBlank() ? fallback : Path.of(value);
    }
}
