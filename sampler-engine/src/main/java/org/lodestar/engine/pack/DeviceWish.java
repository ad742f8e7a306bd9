package org.lodestar.engine.pack;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.lodestar.engine.fault.EngineException;

/// Where the user wants the networks to run.
///
/// @param kind    which provider
/// @param library the file of a plugin provider, absolute; present for [Kind#PLUGIN] and only there
public record DeviceWish(Kind kind, Optional<Path> library) {
    /// CUDA if it works, else the CPU; what was tried is reported.
    public static final DeviceWish AUTO = new DeviceWish(Kind.AUTO, Optional.empty());
    public static final DeviceWish CPU = new DeviceWish(Kind.CPU, Optional.empty());
    /// CUDA or an error that says what is missing; so are the next two.
    public static final DeviceWish CUDA = new DeviceWish(Kind.CUDA, Optional.empty());
    public static final DeviceWish TENSORRT = new DeviceWish(Kind.TENSORRT, Optional.empty());
    public static final DeviceWish COREML = new DeviceWish(Kind.COREML, Optional.empty());

    /// The text forms, for messages and help.
    public static final String FORMS = "auto, cpu, cuda, tensorrt, coreml or plugin:FILE";

    private static final String PLUGIN = "plugin:";

    /// What can be wished for, the file of a plugin aside.
    public enum Kind {
        AUTO,
        CPU,
        CUDA,
        TENSORRT,
        COREML,
        /// A provider in a library of its own, made for ONNX Runtime's plugin interface.
        PLUGIN
    }

    public DeviceWish {
        library = library.map(file -> file.toAbsolutePath().normalize());
        if (library.isPresent() != (kind == Kind.PLUGIN)) {
            throw new IllegalArgumentException("a plugin has a file and nothing else has: " + kind + " " + library);
        }
    }

    /// The provider in the plugin `file`.
    public static DeviceWish plugin(Path file) {
        return new DeviceWish(Kind.PLUGIN, Optional.of(file));
    }

    /// Reads a text form, upper case or lower; a relative file is taken from the working directory.
    ///
    /// @throws EngineException.InvalidInput if it is none of them
    public static DeviceWish of(String text) {
        String plain = text.strip();
        if (plain.regionMatches(true, 0, PLUGIN, 0, PLUGIN.length())) {
            return plugin(plain, plain.substring(PLUGIN.length()).strip());
        }
        return switch (plain.toLowerCase(Locale.ROOT)) {
            case "auto" -> AUTO;
            case "cpu" -> CPU;
            case "cuda" -> CUDA;
            case "tensorrt" -> TENSORRT;
            case "coreml" -> COREML;
            default -> throw new EngineException.InvalidInput("--device", FORMS, text, "Leave it out to have the fastest one chosen; './lodestar doctor' says what works here");
        };
    }

    private static DeviceWish plugin(String text, String file) {
        try {
            if (!file.isEmpty()) {
                return plugin(Path.of(file));
            }
        } catch (InvalidPathException e) {
            throw new EngineException.InvalidInput("--device", "the file of a plugin after " + PLUGIN, text + ", which is not a file name on this system", "Check the name");
        }
        throw new EngineException.InvalidInput("--device", "the file of a plugin after " + PLUGIN, "nothing", "Write plugin: and the path of the library, for example plugin:/opt/provider.so");
    }

    /// The text form, which [#of] reads.
    public String text() {
        String id = kind.name().toLowerCase(Locale.ROOT);
        return library.map(file -> id + ":" + file).orElse(id);
    }
}
