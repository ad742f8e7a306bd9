package org.lodestar.studio.session;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.lodestar.engine.cli.Installation;

/// Where this system keeps a program's things.
///
/// @param config   settings
/// @param data     what the user keeps for this program, such as wildcard lists
/// @param cache    what can be made again
/// @param pictures finished pictures, unless the user chose another folder
/// @param models   where models are looked for, unless the user chose other folders
public record Folders(Path config, Path data, Path cache, Path pictures, List<Path> models) {
    private static final String NAME = "lodestar";

    /// Lists that prompts draw from, unless the user chose another folder.
    public Path wildcards() {
        return data.resolve("wildcards");
    }

    /// The folders of the system this program runs on.
    public static Folders ofThisSystem() {
        return of(System.getProperty("os.name", ""), Path.of(System.getProperty("user.home", ".")), System.getenv(), Installation.ofThisSystem().modelFolders());
    }

    static Folders of(String system, Path home, Map<String, String> environment, List<Path> models) {
        Path pictures = home.resolve("Pictures").resolve("Lodestar");
        if (system.startsWith("Windows")) {
            Path roaming = folder(environment, "APPDATA", home.resolve("AppData/Roaming")).resolve("Lodestar");
            return new Folders(
                    roaming,
                    roaming,
                    folder(environment, "LOCALAPPDATA", home.resolve("AppData/Local")).resolve("Lodestar").resolve("cache"),
                    pictures,
                    models);
        }
        if (system.startsWith("Mac")) {
            Path library = home.resolve("Library");
            Path support = library.resolve("Application Support/Lodestar");
            return new Folders(support, support, library.resolve("Caches/Lodestar"), pictures, models);
        }
        return new Folders(
                folder(environment, "XDG_CONFIG_HOME", home.resolve(".config")).resolve(NAME),
                folder(environment, "XDG_DATA_HOME", home.resolve(".local/share")).resolve(NAME),
                folder(environment, "XDG_CACHE_HOME", home.resolve(".cache")).resolve(NAME),
                pictures,
                models);
    }

    private static Path folder(Map<String, String> environment, String variable, Path fallback) {
        String value = environment.getOrDefault(variable, "");
        return value.isBlank() ? fallback : Path.of(value);
    }
}
