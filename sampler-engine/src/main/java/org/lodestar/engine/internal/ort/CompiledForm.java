package org.lodestar.engine.internal.ort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.pack.OnnxFile;
import org.lodestar.engine.pack.TensorType;

/// What a provider compiles one network into (a TensorRT engine, a Core ML program) and where that is kept.
///
/// The folder is `<cache>/<provider>/<key>`; the key is the beginning of the SHA-256 of
///
/// - the content hash of the network's files. The providers name what they keep after the graph alone, so that two fine-tunes of one export would be taken for each other in one folder;
/// - the shape profile: every input with its type, its fixed lengths and the names of its free axes;
/// - the version of ONNX Runtime and that of the provider's own library (TensorRT; macOS for Core ML), since an engine serves only the version that built it.
///
/// TensorRT names an engine after the GPU's architecture, writes the range of lengths that it serves beside it, and builds it again when a call leaves that range. Which picture sizes were
/// prepared is written in `sizes.txt`, so that a new one can be announced. Deleting a folder costs the time to compile again, nothing else.
///
/// @param folder where it is kept; empty for a network that is only in memory, which no folder could be named after
/// @param half   whether most of its weights are in half precision
record CompiledForm(Optional<Path> folder, boolean half) {
    /// Of no network in particular.
    static final CompiledForm NONE = new CompiledForm(Optional.empty(), false);

    private static final String SIZES = "sizes.txt";

    /// Of a network that is compiled anew each time.
    static CompiledForm passing(OnnxFile header) {
        return new CompiledForm(Optional.empty(), isHalf(header));
    }

    /// Of a network on file; makes the folder.
    ///
    /// @param contentHash of all files of the network
    /// @param versions    of the runtime and the provider
    static CompiledForm kept(Path cacheFolder, Provider provider, OnnxFile header, String contentHash, String versions) {
        Path folder = cacheFolder.toAbsolutePath().resolve(provider.name().toLowerCase(Locale.ROOT)).resolve(key(header, contentHash, versions));
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new EngineException.OutOfResources(
                    "The compiled form of the model cannot be kept in " + folder + " (" + e.getMessage() + "). Free some disk space or choose another cache folder.", e);
        }
        return new CompiledForm(Optional.of(folder), isHalf(header));
    }

    /// The name of the folder.
    static String key(OnnxFile header, String contentHash, String versions) {
        String profile = header.inputs().stream().map(OnnxFile.Port::toString).collect(Collectors.joining("; "));
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(String.join("\n", contentHash, profile, versions).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static boolean isHalf(OnnxFile header) {
        return header.weightBytes().getOrDefault(TensorType.FLOAT16, 0L) > header.weightBytes().getOrDefault(TensorType.FLOAT, 0L);
    }

    /// Whether nothing is kept yet, so that compiling lies ahead.
    boolean isNew() {
        return folder.map(where -> {
                    try (Stream<Path> files = Files.list(where)) {
                        return files.findAny().isEmpty();
                    } catch (IOException e) {
                        return true;
                    }
                })
                .orElse(false);
    }

    /// Whether pictures of that size were made with it before.
    boolean serves(int width, int height) {
        return sizes().contains(width + "x" + height);
    }

    /// Remembers that pictures of that size can be made without compiling.
    void served(int width, int height) {
        List<String> sizes = new ArrayList<>(sizes());
        sizes.add(width + "x" + height);
        folder.ifPresent(where -> {
            try {
                Files.write(where.resolve(SIZES), sizes, StandardCharsets.UTF_8);
            } catch (IOException e) {
                // announced once more next time
            }
        });
    }

    private List<String> sizes() {
        try {
            return folder.isEmpty() ? List.of() : Files.readAllLines(folder.get().resolve(SIZES), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return List.of();
        }
    }
}
