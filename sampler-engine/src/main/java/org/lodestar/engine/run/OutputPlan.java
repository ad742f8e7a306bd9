package org.lodestar.engine.run;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where finished pictures go. They are written before anyone hears of them.
///
/// @param folder for pictures named by date and seed; made if missing; null for none
/// @param file   the exact file of a single picture (batches and lanes get `-2`, `-b` and so on before the extension), or null
public record OutputPlan(@Nullable Path folder, @Nullable Path file) {
    /// Keep pictures in memory only.
    public static final OutputPlan NONE = new OutputPlan(null, null);

    public static OutputPlan folder(Path folder) {
        return new OutputPlan(folder, null);
    }

    public static OutputPlan file(Path file) {
        return new OutputPlan(null, file);
    }
}
