package org.lodestar.studio.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.beans.property.ReadOnlyIntegerWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.lodestar.engine.preview.LatentPreviewer;
import org.lodestar.engine.preview.PreviewRation;
import org.lodestar.engine.run.Edit;
import org.lodestar.engine.run.RunEvent;
import org.lodestar.engine.run.RunHandle;
import org.lodestar.engine.run.RunOutcome;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.engine.run.StepRecord;
import org.lodestar.studio.fx.Pulse;

/// A run as the window sees it: its events, read once per frame within a time budget, turned into properties. For the window's thread only.
public final class FollowedRun implements Pulse.Beating {
    private static final long BUDGET_NANOS = 4_000_000;

    private static final double SHARE_OF_PREVIEWS = 0.05;

    private final RunHandle handle;
    private final Supplier<PreviewStyle> style;
    private final PreviewRation ration = new PreviewRation(SHARE_OF_PREVIEWS, System::nanoTime);
    private final LongSupplier clock;
    private final Stopwatch[] stopwatches;
    private final ReadOnlyObjectWrapper<RunPhase> phase = new ReadOnlyObjectWrapper<>(this, "phase", new RunPhase.Waiting());
    private final ReadOnlyObjectWrapper<List<RunSpec>> lanes;
    private final ReadOnlyIntegerWrapper[] stepsDone;
    private final ReadOnlyObjectWrapper<Pace> pace = new ReadOnlyObjectWrapper<>(this, "pace", Pace.UNKNOWN);
    private final ReadOnlyIntegerWrapper nfe = new ReadOnlyIntegerWrapper(this, "nfe");
    private final ReadOnlyIntegerWrapper nfeSaved = new ReadOnlyIntegerWrapper(this, "nfeSaved");
    private final ObservableList<FinishedPicture> pictures = FXCollections.observableArrayList();
    private final List<String> notices = new ArrayList<>();
    private final ObservableList<LaneEdit> edits = FXCollections.observableArrayList();
    private final int branchStep;
    private int cursor;

    /// @param lane which lane changed
    /// @param edit from which step on, and how
    public record LaneEdit(int lane, Edit edit) {}

    /// @param branchStep the step at which it branched off another run, or 0
    /// @param clock      nanoseconds, for the budget of a frame
    /// @param style      what pictures of steps are made with
    FollowedRun(RunHandle handle, int branchStep, LongSupplier clock, Supplier<PreviewStyle> style) {
        this.handle = handle;
        this.clock = clock;
        this.style = style;
        this.branchStep = branchStep;
        this.lanes = new ReadOnlyObjectWrapper<>(this, "lanes", handle.lanes());
        int count = lanes.get().size();
        this.stopwatches = new Stopwatch[count];
        this.stepsDone = new ReadOnlyIntegerWrapper[count];
        for (int lane = 0; lane < count; lane++) {
            stopwatches[lane] = new Stopwatch();
            stepsDone[lane] = new ReadOnlyIntegerWrapper(this, "stepsDone", branchStep);
        }
    }

    public long id() {
        return handle.id();
    }

    /// The specs; from its start on with every parameter spelled out, and with live edits as they come.
    public ReadOnlyObjectProperty<List<RunSpec>> lanesProperty() {
        return lanes.getReadOnlyProperty();
    }

    public RunSpec lane(int lane) {
        return lanes.get().get(lane);
    }

    public int steps() {
        return lane(0).stepsToRun();
    }

    /// What is wrong with its finished pictures, as sentences; usually nothing.
    public List<String> notices() {
        return List.copyOf(notices);
    }

    /// The step at which this run branched off another one, or 0. Steps before it are the parent's.
    public int branchStep() {
        return branchStep;
    }

    public ReadOnlyObjectProperty<RunPhase> phaseProperty() {
        return phase.getReadOnlyProperty();
    }

    public RunPhase phase() {
        return phase.get();
    }

    public boolean isOver() {
        return phase.get() instanceof RunPhase.Over;
    }

    /// Steps of `lane` that the window knows of; [#step] has them.
    public ReadOnlyIntegerProperty stepsDoneProperty(int lane) {
        return stepsDone[lane].getReadOnlyProperty();
    }

    public int stepsDone(int lane) {
        return stepsDone[lane].get();
    }

    /// The pace of the slowest lane.
    public ReadOnlyObjectProperty<Pace> paceProperty() {
        return pace.getReadOnlyProperty();
    }

    /// Network evaluations spent, all lanes and samples together.
    public ReadOnlyIntegerProperty nfeProperty() {
        return nfe.getReadOnlyProperty();
    }

    /// Network evaluations saved against plain CFG.
    public ReadOnlyIntegerProperty nfeSavedProperty() {
        return nfeSaved.getReadOnlyProperty();
    }

    /// Finished pictures in the order they came.
    public ObservableList<FinishedPicture> pictures() {
        return pictures;
    }

    /// The finished first picture of `lane`, once there is one.
    public Optional<FinishedPicture> picture(int lane) {
        return pictures.stream().filter(picture -> picture.lane() == lane && picture.sample() == 0).findFirst();
    }

    /// Changes made while it ran, in order.
    public ObservableList<LaneEdit> edits() {
        return edits;
    }

    /// What is kept of a step that is done.
    public StepRecord step(int lane, int sample, int step) {
        return handle.step(lane, sample, step);
    }

    /// The quick one, for pictures of many steps; nothing before the model is there.
    public Optional<LatentPreviewer> previewer() {
        return handle.previewer();
    }

    /// What makes the pictures of the step that is shown, as the user chose; nothing before the model is there. It may be used on any thread.
    public Optional<StagePainter> painter() {
        PreviewStyle chosen = !isOver() || style.get() == PreviewStyle.LINEAR ? style.get() : PreviewStyle.EVERY_STEP;
        return handle.previewer().map(previewer -> new StagePainter(previewer, chosen, ration));
    }

    RunHandle handle() {
        return handle;
    }

    @Override
    public boolean beat(long now) {
        long deadline = clock.getAsLong() + BUDGET_NANOS;
        for (RunEvent event : handle.eventsSince(cursor)) {
            cursor++;
            accept(event, now);
            if (clock.getAsLong() > deadline) {
                break;
            }
        }
        return !isOver();
    }

    private void accept(RunEvent event, long now) {
        switch (event) {
            case RunEvent.Queued() -> phase.set(new RunPhase.Waiting());
            case RunEvent.Loading(String part, double fraction) -> phase.set(new RunPhase.Loading(part, fraction));
            case RunEvent.Started(List<RunSpec> resolved) -> {
                lanes.set(resolved);
                phase.set(new RunPhase.Denoising(branchStep, steps()));
            }
            case RunEvent.StepFinished(int lane, int step, int steps) -> stepFinished(lane, step, steps, now);
            case RunEvent.Edited(int lane, int step, var change) -> {
                lanes.set(handle.lanes());
                edits.add(new LaneEdit(lane, new Edit(step, change)));
            }
            case RunEvent.Paused _, RunEvent.Resumed _ -> {}
            case RunEvent.Noticed(var _, var _, String sentence) -> notices.add(sentence);
            case RunEvent.ImageFinished(int lane, int sample, var image, var file, var record) ->
                pictures.add(new FinishedPicture(lane, sample, image, file, record));
            case RunEvent.Ended(RunOutcome outcome) -> phase.set(new RunPhase.Over(outcome));
        }
    }

    private void stepFinished(int lane, int step, int steps, long now) {
        for (int sample = 0; sample < lane(lane).batch(); sample++) {
            StepRecord record = handle.step(lane, sample, step);
            nfe.set(nfe.get() + record.nfe());
            nfeSaved.set(nfeSaved.get() + Math.max(0, record.nfeFull() - record.nfe()));
        }
        stepsDone[lane].set(step + 1);
        int slowest = step + 1;
        for (ReadOnlyIntegerWrapper done : stepsDone) {
            slowest = Math.min(slowest, done.get());
        }
        phase.set(slowest == steps ? new RunPhase.Finishing() : new RunPhase.Denoising(slowest, steps));
        Pace laneOwn = stopwatches[lane].at(now, step + 1, steps);
        if (laneOwn.known()) {
            pace.set(laneOwn);
        }
    }
}
