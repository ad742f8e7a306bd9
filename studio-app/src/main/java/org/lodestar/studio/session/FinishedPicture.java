package org.lodestar.studio.session;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.record.RunRecord;

/// A finished picture of a run.
///
/// @param lane   of the run
/// @param sample of the batch
/// @param image  its pixels
/// @param file   where it lies, or null if it was not to be kept
/// @param record how it came about
public record FinishedPicture(int lane, int sample, Rgb image, @Nullable Path file, RunRecord record) {}
