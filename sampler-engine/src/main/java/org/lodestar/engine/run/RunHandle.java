package org.lodestar.engine.run;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.preview.LatentPreviewer;

/// A run in progress or over. All methods may be called from any thread and return at once, but for [#await()].
public interface RunHandle {

    /// Unique within the program.
    long id();

    /// The specs as asked for; with live edits added as they come.
    List<RunSpec> lanes();

    /// Holds before the next step.
    void pause();

    void resume();

    /// While paused: one step, then hold again.
    void stepOnce();

    /// Stops as soon as the network lets go (between two of its operators).
    void cancel();

    /// Changes `lane` from the next step on. The change is logged in the spec and replays exactly.
    ///
    /// @throws org.lodestar.engine.fault.EngineException.InvalidInput if the change is not valid; the run goes on unchanged
    void edit(int lane, Change change);

    /// All events from `cursor` on; the next cursor is `cursor + result.size()`. Start with 0. Lossless and ordered, for any number of readers.
    List<RunEvent> eventsSince(int cursor);

    /// Waits until there are events from `cursor` on and returns them.
    List<RunEvent> awaitEvents(int cursor) throws InterruptedException;

    /// Waits for the end.
    RunOutcome await() throws InterruptedException;

    boolean isOver();

    boolean isPaused();

    /// Steps done so far in `lane`.
    int stepsDone(int lane);

    /// What is kept of a finished step.
    ///
    /// @throws IndexOutOfBoundsException if that step is not done
    StepRecord step(int lane, int sample, int step);

    /// What is kept of the steps that `sample` of `lane` has done so far.
    default List<StepRecord> steps(int lane, int sample) {
        return IntStream.range(0, stepsDone(lane)).mapToObj(step -> step(lane, sample, step)).toList();
    }

    /// The pictures finished so far.
    default List<RunEvent.ImageFinished> pictures() {
        return eventsSince(0).stream().filter(RunEvent.ImageFinished.class::isInstance).map(RunEvent.ImageFinished.class::cast).toList();
    }

    /// The model, once it is loaded.
    Optional<ModelInfo> model();

    /// Makes pictures of [StepRecord]s, once the model is loaded. Thread-safe.
    Optional<LatentPreviewer> previewer();
}
