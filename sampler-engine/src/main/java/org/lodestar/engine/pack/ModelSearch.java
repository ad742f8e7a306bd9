package org.lodestar.engine.pack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.model.CancelToken;

/// Looks for model folders without loading any: in each given folder, in its sub-folders, and in theirs.
///
/// A folder counts as a model when it has a `model_index.json` or `lodestar.json`, or a sub-folder that is called like a part of a model and has an ONNX file in it. What lies inside a model is
/// not searched. Other networks are no models: neither a tiny decoder that serves the models beside it nor anything else may hide them.
public final class ModelSearch {
    private static final int LEVELS = 2;
    private static final Set<String> PARTS = Set.of("unet", Transformer.SLOT, "text_encoder", "text_encoder_2", "text_encoder_3", "vae_decoder", "vae_encoder");

    private final CancelToken cancel;
    private final Consumer<FoundModel> found;
    private final Set<Path> seen = new LinkedHashSet<>();

    private ModelSearch(CancelToken cancel, Consumer<FoundModel> found) {
        this.cancel = cancel;
        this.found = found;
    }

    /// Searches `folders` in order, each alphabetically, and hands over every model as soon as it was looked at, on the calling thread. A model in two of the folders is told once; folders that
    /// do not exist hold no models. Returns early when cancelled. Reads files: call it off the window's thread.
    public static void walk(List<Path> folders, CancelToken cancel, Consumer<FoundModel> found) {
        ModelSearch search = new ModelSearch(cancel, found);
        folders.stream().map(folder -> folder.toAbsolutePath().normalize()).filter(Files::isDirectory).forEach(folder -> search.look(folder, LEVELS));
    }

    private void look(Path folder, int levelsBelow) {
        if (cancel.isCancelled() || !seen.add(folder)) {
            return;
        }
        try {
            List<Path> inside = folders(folder);
            if (isModel(folder, inside)) {
                found.accept(FoundModel.of(ModelFolder.inspect(folder)));
            } else if (levelsBelow > 0) {
                inside.forEach(each -> look(each, levelsBelow - 1));
            }
        } catch (IOException e) {
            found.accept(unreadable(folder));
        }
    }

    private static boolean isModel(Path folder, List<Path> inside) throws IOException {
        if (Files.isRegularFile(folder.resolve("model_index.json")) || Files.isRegularFile(folder.resolve(Manifest.FILE))) {
            return true;
        }
        if (TinyDecoder.isCalledLikeOne(folder)) {
            return false;
        }
        for (Path part : inside) {
            if (PARTS.contains(String.valueOf(part.getFileName())) && Files.isReadable(part) && holdsNetwork(part)) {
                return true;
            }
        }
        return false;
    }

    private static boolean holdsNetwork(Path part) throws IOException {
        try (Stream<Path> files = Files.list(part)) {
            return files.anyMatch(file -> file.getFileName().toString().endsWith(".onnx"));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static List<Path> folders(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isDirectory).sorted().toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static FoundModel unreadable(Path folder) {
        Problem problem = new Problem(folder.toString(), "a folder that can be read", "one that cannot", "Check its permissions");
        String name = String.valueOf(folder.getFileName());
        return new FoundModel(new PackageReport(folder, name, "unknown", "it cannot be read", List.of(), List.of(problem), List.of()), Optional.empty(), OptionalLong.empty());
    }
}
