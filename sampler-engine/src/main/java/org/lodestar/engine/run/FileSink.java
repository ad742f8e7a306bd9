package org.lodestar.engine.run;

import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.record.AtomicFile;
import org.lodestar.engine.record.OutputNames;
import org.lodestar.engine.record.PictureFile;
import org.lodestar.engine.record.RunRecord;

/// Writes pictures as PNG files that carry their recipe. In a folder every picture gets a new name; a file that was named outright is replaced.
///
/// @param clock says which day's folder is used
public record FileSink(Clock clock) implements PictureSink {

    @Override
    public @Nullable Path save(OutputPlan plan, RunSpec spec, int lane, int sample, Rgb picture, RunRecord record) {
        Path file = plan.file();
        if (file != null) {
            Path own = OutputNames.withSuffix(file, suffix(lane, sample));
            AtomicFile.replace(own, PictureFile.encode(picture, record));
            return own;
        }
        Path folder = plan.folder();
        return folder == null ? null : PictureFile.save(folder, LocalDate.now(clock), picture, record);
    }

    /// "" for the first picture, then `-2`, `-3` along the batch; `-b`, `-c` along the lanes.
    private static String suffix(int lane, int sample) {
        return (lane == 0 ? "" : "-" + (char) ('a' + lane)) + (sample == 0 ? "" : "-" + (sample + 1));
    }
}
