package org.lodestar.engine.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.fault.EngineException;

/// Finds out before the work whether its result can be written.
final class OutputCheck {

    private OutputCheck() {}

    /// @param option names the file, for the message
    /// @throws EngineException.InvalidInput if `file` is a folder, or its folder is missing or cannot be written to
    static void require(String option, @Nullable Path file) {
        if (file == null) {
            return;
        }
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file) || folder == null) {
            throw new EngineException.InvalidInput(option, "a file name", "the folder " + file, "Add a name");
        }
        if (!Files.isDirectory(folder)) {
            throw new EngineException.InvalidInput(option, "a file in an existing folder", "no folder " + folder, "Make the folder first");
        }
        if (!Files.isWritable(folder)) {
            throw new EngineException.InvalidInput(option, "a folder that may be written to", folder + ", which is protected", "Choose another folder");
        }
    }
}
