package org.lodestar.engine.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.lodestar.engine.EngineOptions;
import org.lodestar.engine.calibration.CalibrationStore;
import org.lodestar.engine.pack.ModelChoice;

/// Where the program lies and where it keeps things on this system.
///
/// @param home     the program's folder, with `models/starter` in it; the system property `lodestar.home`, else the working directory
/// @param config   settings
/// @param cache    what can be made again: unpacked native libraries, measurements
/// @param data     what the user keeps for the program and what was measured on models
/// @param pictures finished pictures for which no name was given, unless the user chose another folder
public record Installation(Path home, Path config, Path cache, Path data, Path pictures) {

    /// This program on this system.
    public static Installation ofThisSystem() {
        return of(
                Path.of(System.getProperty("lodestar.home", "")).toAbsolutePath(),
                System.getProperty("os.name", ""),
                Path.of(System.getProperty("user.home", ".")),
                System.getenv());
    }

    /// A program at `home` on a system of that name.
    static Installation of(Path home, String system, Path user, Map<String, String> environment) {
        Path config;
        Path cache;
        Path data;
        if (system.startsWith("Windows")) {
            cache = folder(environment, "LOCALAPPDATA", user.resolve("AppData/Local")).resolve("Lodestar").resolve("cache");
            data = folder(environment, "APPDATA", user.resolve("AppData/Roaming")).resolve("Lodestar");
            config = data;
        } else if (system.startsWith("Mac")) {
            cache = user.resolve("Library/Caches/Lodestar");
            data = user.resolve("Library/Application Support/Lodestar");
            config = data;
        } else {
            cache = folder(environment, "XDG_CACHE_HOME", user.resolve(".cache")).resolve("lodestar");
            data = folder(environment, "XDG_DATA_HOME", user.resolve(".local/share")).resolve("lodestar");
            config = folder(environment, "XDG_CONFIG_HOME", user.resolve(".config")).resolve("lodestar");
        }
        return new Installation(home, config, cache, data, user.resolve("Pictures").resolve("Lodestar"));
    }

    /// Where the models that ship with the program lie.
    public Path models() {
        return home.resolve("models");
    }

    /// The folder of a model.
    ///
    /// @param name "starter" or a folder
    public Path model(String name) {
        return name.equals(ModelChoice.STARTER) ? models().resolve(ModelChoice.STARTER) : Path.of(name);
    }

    /// Where models are looked for unless other folders are named: the user's own folder for them, then the program's.
    public List<Path> modelFolders() {
        return Stream.of(data.resolve("models"), models()).distinct().toList();
    }

    /// Numbers measured on models.
    public CalibrationStore calibrations() {
        return new CalibrationStore(data.resolve("calibrations"));
    }

    /// Where lists that prompts draw from lie, unless another folder is named.
    public Path wildcards() {
        return data.resolve("wildcards");
    }

    /// Options of an engine here. The system property `lodestar.anyMemory` allows models that need more memory than the machine has.
    ///
    /// @param threads per network call on the CPU; 0 = one per core
    public EngineOptions options(int threads) {
        return new EngineOptions(model(ModelChoice.STARTER), cache, threads, Boolean.getBoolean("lodestar.anyMemory"));
    }

    private static Path folder(Map<String, String> environment, String variable, Path fallback) {
        String value = environment.getOrDefault(variable, "");
        return value.isBlank() ? fallback : Path.of(value);
    }
}
