package org.lodestar.engine.pack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalLong;

/// A model folder that a [ModelSearch] came upon, sound or damaged.
///
/// @param report what is in it and what is wrong
/// @param memory what it needs on the CPU; empty if it cannot be loaded
/// @param bytes  size on disk of what was found of it; files that several networks share count once; empty if the folder cannot be read
public record FoundModel(PackageReport report, Optional<MemoryNeed> memory, OptionalLong bytes) {

    static FoundModel of(ModelFolder folder) {
        ModelFolder.Contents contents = folder.contents();
        return contents == null
                ? new FoundModel(
                        folder.report(),
                        Optional.empty(),
                        OptionalLong.of(folder.report().components().stream().mapToLong(PackageReport.Component::bytes).sum()))
                : new FoundModel(folder.report(), Optional.of(MemoryNeed.of(contents)), OptionalLong.of(size(contents.files())));
    }

    private static long size(Collection<Path> files) {
        return files.stream().distinct().mapToLong(FoundModel::size).sum();
    }

    /// A file that was there a moment ago and is gone now weighs nothing.
    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }
}
