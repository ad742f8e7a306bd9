package org.lodestar.engine.run;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.record.RunRecord;

/// Puts a finished picture in a safe place before anyone hears of it.
@FunctionalInterface
public interface PictureSink {

    /// @return the file, or null where nothing is to be kept
    /// @throws org.lodestar.engine.fault.EngineException.OutputFailure if it cannot be written
    @Nullable Path save(OutputPlan plan, RunSpec spec, int lane, int sample, Rgb picture, RunRecord record);
}
