package org.lodestar.engine.internal.ort;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.fault.EngineException;

/// Puts the runtime's native libraries into a folder of our own, once per version, and tells the runtime to load them from there.
///
/// Left to itself the runtime unpacks them into the temporary folder at every start. Unpacking goes into a fresh folder that is renamed when complete, so
/// that two
/// programs starting at once, or one killed half way, leave nothing half done. A list of names and sizes in the folder shows later that it is whole.
final class NativeLibraries {
    private static final String PROPERTY = "onnxruntime.native.path";
    private static final String BRIDGE = "onnxruntime4j_jni";
    private static final List<String> LIBRARIES = List.of("onnxruntime", BRIDGE, "onnxruntime_providers_shared", "onnxruntime_providers_cuda", "onnxruntime_providers_tensorrt");
    private static final String CONTENTS = "contents.txt";

    private NativeLibraries() {}

    /// Must run before the runtime is first used. Does nothing where the property is already set.
    ///
    /// @return the folder, or null if it is not ours to choose
    /// @throws EngineException.OutOfResources if the folder cannot be written
    static @Nullable Path prepare(Path cacheFolder) {
        if (System.getProperty(PROPERTY) != null) {
            return null;
        }
        try {
            Path home = unpack(cacheFolder, "/ai/onnxruntime/native/" + platform() + "/");
            if (home != null) {
                System.setProperty(PROPERTY, home.toString());
            }
            return home;
        } catch (IOException e) {
            throw new EngineException.OutOfResources(
                    "The network runtime could not be unpacked into " + cacheFolder + " (" + e.getMessage()
                            + "). Free some disk space or choose another cache folder.", e);
        }
    }

    /// The folder that holds the libraries, unpacked if they were not there whole; null if there are none for this platform.
    static @Nullable Path unpack(Path cacheFolder, String origin) throws IOException {
        List<String> names = new ArrayList<>();
        for (String library : LIBRARIES) {
            try (InputStream in = open(origin, System.mapLibraryName(library))) {
                if (in != null) {
                    names.add(System.mapLibraryName(library));
                }
            }
        }
        if (!names.contains(System.mapLibraryName(BRIDGE))) {
            return null;
        }
        Path home = cacheFolder.toAbsolutePath().resolve("native").resolve("onnxruntime-" + version(origin) + (names.size() > 3 ? "-cuda" : ""));
        if (!isWhole(home, names)) {
            unpack(home, origin, names);
        }
        return home;
    }

    /// This machine as the runtime names its builds: "linux-x64", "win-x64", "osx-aarch64", ...
    static String platform() {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        String system = os.contains("win") ? "win" : os.contains("mac") || os.contains("darwin") ? "osx" : "linux";
        return system + "-" + (arch.startsWith("aarch64") || arch.startsWith("arm64") ? "aarch64" : "x64");
    }

    private static @Nullable InputStream open(String origin, String name) {
        return OrtEnvironment.class.getResourceAsStream(origin + name); // naming the class does not start the runtime
    }

    /// Platform and checksum of the smallest library, which changes with every version.
    private static String version(String origin) throws IOException {
        CRC32 crc = new CRC32();
        try (InputStream in = required(origin, System.mapLibraryName(BRIDGE))) {
            crc.update(in.readAllBytes());
        }
        return Path.of(origin).getFileName() + "-" + Long.toHexString(crc.getValue());
    }

    private static InputStream required(String origin, String name) throws IOException {
        InputStream in = open(origin, name);
        if (in == null) {
            throw new IOException(name + " is missing from the program");
        }
        return in;
    }

    private static boolean isWhole(Path home, List<String> names) throws IOException {
        Path contents = home.resolve(CONTENTS);
        if (!Files.isRegularFile(contents)) {
            return false;
        }
        List<String> lines = Files.readAllLines(contents, StandardCharsets.UTF_8);
        for (String name : names) {
            Path file = home.resolve(name);
            if (!Files.isRegularFile(file) || !lines.contains(Files.size(file) + " " + name)) {
                return false;
            }
        }
        return true;
    }

    private static void unpack(Path home, String origin, List<String> names) throws IOException {
        Files.createDirectories(home.getParent());
        Path fresh = Files.createTempDirectory(home.getParent(), "unpacking-");
        try {
            StringBuilder contents = new StringBuilder();
            for (String name : names) {
                try (InputStream in = required(origin, name)) {
                    contents.append(Files.copy(in, fresh.resolve(name))).append(' ').append(name).append('\n');
                }
            }
            Files.writeString(fresh.resolve(CONTENTS), contents);
            if (Files.isDirectory(home) && !isWhole(home, names)) {
                // Damaged: something is missing or has another size. Moved away first, so that nobody sees it half deleted.
                delete(Files.move(home, fresh.resolveSibling(fresh.getFileName() + "-damaged"), StandardCopyOption.ATOMIC_MOVE));
            }
            try {
                Files.move(fresh, home, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                if (!isWhole(home, names)) { // else another program was faster
                    throw e;
                }
            }
        } finally {
            if (Files.exists(fresh)) {
                delete(fresh);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
