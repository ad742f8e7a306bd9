package org.lodestar.engine.run;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.record.RunRecord;

/// What happens in a run: few, ordered, never lost. Pictures of steps are not sent; whoever paints asks [RunHandle#step] and a previewer when it is ready to.
public sealed interface RunEvent {
    record Queued() implements RunEvent {}

    /// @param phase    what is being loaded
    /// @param fraction 0..1
    record Loading(String phase, double fraction) implements RunEvent {}

    /// @param resolved the specs as they run: policies completed and spelled out
    record Started(List<RunSpec> resolved) implements RunEvent {}

    /// Step `step` of all samples of `lane` is done; [RunHandle#step] has it.
    record StepFinished(int lane, int step, int steps) implements RunEvent {}

    /// A change acts from `step` on.
    record Edited(int lane, int step, Change change) implements RunEvent {}

    record Paused(int step) implements RunEvent {}

    record Resumed(int step) implements RunEvent {}

    /// Something is wrong with a finished picture, or went wrong while it was made, that its user should know, as a sentence. It is in the picture's record too.
    record Noticed(int lane, int sample, String sentence) implements RunEvent {}

    /// A finished picture, safely on disk if a file was asked for.
    record ImageFinished(int lane, int sample, Rgb image, @Nullable Path file, RunRecord record) implements RunEvent {}

    /// The last event of every run.
    record Ended(RunOutcome outcome) implements RunEvent {}
}
