package org.lodestar.engine.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.pack.ContentHash;
import org.lodestar.engine.pack.ModelFolder;
import org.lodestar.engine.pack.ModelSearch;

/// Finds models by their content where their folders have moved since a recipe was written.
///
/// @param folders where models are looked for
/// @param hashes  names contents
record MovedModels(List<Path> folders, ContentHash hashes) {
    private static final System.Logger LOG = System.getLogger(MovedModels.class.getName());

    /// Whether there is a folder of that name.
    static boolean isFolder(String name) {
        try {
            return Files.isDirectory(Path.of(name));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /// Whether the model with that content is not in `folder`.
    boolean isGone(String folder, String hash) {
        return !isFolder(folder) || !hash.equals(hash(Path.of(folder)).orElse(""));
    }

    /// The model with that content, if it is in one of the folders.
    Optional<Path> find(String hash) {
        List<Path> models = new ArrayList<>();
        ModelSearch.walk(folders, new CancelToken(), model -> models.add(model.report().folder()));
        return models.stream().filter(model -> hash(model).filter(hash::equals).isPresent()).findFirst();
    }

    private Optional<String> hash(Path folder) {
        ModelFolder.Contents contents = Files.isDirectory(folder) ? ModelFolder.inspect(folder).contents() : null;
        try {
            return contents == null ? Optional.empty() : Optional.of(hashes.of(folder, contents.files()));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, folder + " cannot be read", e);
            return Optional.empty();
        }
    }
}
