package org.lodestar.engine.pack;

import java.util.Optional;

/// A model folder that a [ModelSearch] came upon, sound or damaged.
///
/// @param report what is in it and what is wrong
/// @param memory what it needs on the CPU; empty if it cannot be loaded
public record FoundModel(PackageReport report, Optional<MemoryNeed> memory) {

    static FoundModel of(ModelFolder folder) {
        return new FoundModel(folder.report(), Optional.ofNullable(folder.contents()).map(MemoryNeed::of));
    }

    /// Size on disk of all its parts.
    public long bytes() {
        return report.components().stream().mapToLong(PackageReport.Component::bytes).sum();
    }
}
