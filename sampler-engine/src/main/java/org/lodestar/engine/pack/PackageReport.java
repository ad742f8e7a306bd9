package org.lodestar.engine.pack;

import java.nio.file.Path;
import java.util.List;
import org.lodestar.engine.fault.Problem;

/// What a folder holds, without loading it: everything found and everything wrong. Making one never fails.
///
/// @param folder     what was looked at
/// @param name       for people
/// @param family     recognised family, or "unknown"
/// @param reason     why that family
/// @param components the parts found
/// @param problems   everything that keeps it from loading; empty if it will load
/// @param notes      things worth knowing
public record PackageReport(
        Path folder, String name, String family, String reason, List<Component> components, List<Problem> problems, List<String> notes) {
    public PackageReport {
        components = List.copyOf(components);
        problems = List.copyOf(problems);
        notes = List.copyOf(notes);
    }

    public boolean usable() {
        return problems.isEmpty();
    }

    /// @param role    "text_encoder", "unet", ...
    /// @param file    main file, relative to the folder
    /// @param bytes   size with external data
    /// @param inputs  `name: dtype[dims]`
    /// @param outputs likewise
    public record Component(String role, String file, long bytes, List<String> inputs, List<String> outputs) {
        public Component {
            inputs = List.copyOf(inputs);
            outputs = List.copyOf(outputs);
        }
    }
}
