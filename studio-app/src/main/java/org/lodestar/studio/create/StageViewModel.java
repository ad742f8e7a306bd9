package org.lodestar.studio.create;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleObjectProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.preview.LatentPreviewer;
import org.lodestar.engine.run.Change;
import org.lodestar.engine.run.PreviewView;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.engine.run.StepRecord;
import org.lodestar.studio.fx.Pins;
import org.lodestar.studio.fx.PreviewWorker;
import org.lodestar.studio.guidance.StackDifference;
import org.lodestar.studio.session.FollowedRun;
import org.lodestar.studio.session.Shown;
import org.lodestar.studio.session.StagePainter;
import org.lodestar.studio.text.Words;
import org.lodestar.studio.timeline.StepsViewModel;

/// The middle of the screen: one run, one of its steps, seen through a [Lens], with the timeline's marks and readings.
///
/// A picture is asked for only when the one before was delivered, and then of the step that is selected by now; steps that went by meanwhile are never drawn large.
public final class StageViewModel {
    private static final int LANE = 0;
    private static final int SAMPLE = 0;

    private final PreviewWorker worker;
    private final StepsViewModel steps;
    private final ObjectProperty<Lens> lens = new SimpleObjectProperty<>(this, "lens", Lens.GUIDED);
    private final ReadOnlyObjectWrapper<List<@Nullable Shown>> pictures = new ReadOnlyObjectWrapper<>(this, "pictures", List.of());
    private final ObservableList<StageMark> marks = FXCollections.observableArrayList();
    private final ObservableList<StepReading> readings = FXCollections.observableArrayList();
    private final Pins pins = new Pins();
    private boolean waiting;
    private boolean stale;

    public StageViewModel(PreviewWorker worker) {
        this.worker = worker;
        this.steps = new StepsViewModel(worker);
        lens.subscribe(this::repaint);
        steps.selectedProperty().subscribe(this::repaint);
    }

    /// The steps of the run that is shown.
    public StepsViewModel steps() {
        return steps;
    }

    public ObjectProperty<Lens> lensProperty() {
        return lens;
    }

    /// As many pictures as the lens shows; null where that branch was not asked at this step.
    public ReadOnlyObjectProperty<List<@Nullable Shown>> picturesProperty() {
        return pictures.getReadOnlyProperty();
    }

    ObservableList<StageMark> marks() {
        return marks;
    }

    /// One per step that is done.
    ObservableList<StepReading> readings() {
        return readings;
    }

    /// Shows `shown` from its newest step on.
    public void show(FollowedRun shown) {
        pins.pull();
        readings.clear();
        marks.clear();
        steps.show(shown);
        if (shown.branchStep() > 0) {
            marks.add(new StageMark(shown.branchStep(), StageMark.Kind.BRANCH, Words.of("mark.branch"), Words.of("mark.branch.help")));
        }
        pins.follow(shown.stepsDoneProperty(LANE), now -> advance(shown));
        pins.onChange(shown.phaseProperty(), () -> {
            steps.askThumbnails();
            repaint();
        });
        pins.pin(shown.pictures().subscribe(this::repaint));
        pins.pin(shown.edits().subscribe(() -> markEdits(shown)));
        markEdits(shown);
    }

    private void advance(FollowedRun shown) {
        int now = shown.stepsDone(LANE);
        for (int step = readings.size(); step < now; step++) {
            StepRecord record = shown.step(LANE, SAMPLE, step);
            StepReading reading = StepReading.of(record);
            if (step > 0 && readings.get(step - 1).guided() != reading.guided()) {
                markGuidance(step, reading.guided(), record);
            }
            readings.add(reading);
        }
        steps.advance(now);
    }

    private void markGuidance(int step, boolean on, StepRecord record) {
        String key = on ? "mark.guidance.on" : "mark.guidance.off";
        String notes = String.join("\n", record.telemetry().getFirst().notes());
        marks.add(new StageMark(step, StageMark.Kind.GUIDANCE, Words.of(key), notes.isEmpty() ? Words.of(key + ".help") : notes));
    }

    private void markEdits(FollowedRun shown) {
        List<StageMark> fresh = new ArrayList<>();
        RunSpec spec = shown.lane(LANE);
        for (FollowedRun.LaneEdit edit : shown.edits()) {
            int step = edit.edit().step();
            Change change = edit.edit().change();
            String text = change.policy().isPresent() && change.equals(Change.policy(change.policy().get()))
                    ? StackDifference.between(spec.at(step - 1).policy(), change.policy().get())
                    : "";
            fresh.add(new StageMark(
                    step, StageMark.Kind.EDIT, text.isEmpty() ? Words.of("mark.edit") : text, Words.of("mark.edit.help", step + 1)));
        }
        marks.removeIf(mark -> mark.kind() == StageMark.Kind.EDIT);
        marks.addAll(fresh);
    }

    private void repaint() {
        FollowedRun shown = steps.runProperty().get();
        int step = steps.selectedProperty().get();
        if (shown == null || step < 0) {
            if (shown != null && shown.isOver() && shown.stepsDone(LANE) == 0) {
                pictures.set(List.of());
            }
            return;
        }
        if (waiting) {
            stale = true;
            return;
        }
        Lens through = lens.get();
        RunSpec spec = shown.lane(LANE);
        Optional<Rgb> finished = step == shown.steps() - 1 ? shown.picture(LANE).map(picture -> picture.image()) : Optional.empty();
        if (through == Lens.GUIDED && finished.isPresent()) {
            pictures.set(List.of(new Shown(finished.get(), spec.width(), spec.height(), false)));
            return;
        }
        Optional<StagePainter> painter = shown.painter();
        if (painter.isEmpty()) {
            return;
        }
        StepRecord record = shown.step(LANE, SAMPLE, step);
        waiting = true;
        worker.ask("stage", () -> painter.get().make(previewer -> make(through, record, previewer, spec, finished)), made -> {
            waiting = false;
            if (steps.runProperty().get() == shown) {
                pictures.set(Objects.requireNonNull(made, "a list is always made"));
            }
            if (stale) {
                stale = false;
                repaint();
            }
        });
    }

    private static List<@Nullable Shown> make(Lens through, StepRecord record, LatentPreviewer previewer, RunSpec spec, Optional<Rgb> finished) {
        List<@Nullable Shown> made = new ArrayList<>();
        for (PreviewView view : through.views()) {
            boolean exact = view == PreviewView.GUIDED && finished.isPresent();
            Rgb image = exact ? finished.get() : view.of(record, previewer);
            made.add(image == null ? null : new Shown(image, spec.width(), spec.height(), !exact));
        }
        return made;
    }
}
