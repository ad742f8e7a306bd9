package org.lodestar.studio.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleObjectProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.image.ImageMetrics;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.image.Ssim;
import org.lodestar.engine.preview.LatentPreviewer;
import org.lodestar.engine.record.RunRecord;
import org.lodestar.engine.run.RunOutcome;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.engine.run.StepRecord;
import org.lodestar.studio.fx.Pins;
import org.lodestar.studio.fx.PreviewWorker;
import org.lodestar.studio.session.FinishedPicture;
import org.lodestar.studio.session.FollowedRun;
import org.lodestar.studio.session.RunPhase;
import org.lodestar.studio.session.Shown;
import org.lodestar.studio.session.StagePainter;
import org.lodestar.studio.text.Words;
import org.lodestar.studio.timeline.StepsViewModel;

/// The run of all lanes that is shown: its selected step in every lane, its curves and marks, and the numbers of its finished pictures.
public final class LinkedRunViewModel {
    private static final int SAMPLE = 0;

    private final PreviewWorker worker;
    private final Consumer<EngineException> onFailure;
    private final StepsViewModel steps;
    private final ReadOnlyBooleanWrapper running = new ReadOnlyBooleanWrapper(this, "running");
    private final ReadOnlyBooleanWrapper complete = new ReadOnlyBooleanWrapper(this, "complete");
    private final ReadOnlyStringWrapper hint = new ReadOnlyStringWrapper(this, "hint", Words.of("compare.empty"));
    private final ObjectProperty<Quantity> quantity = new SimpleObjectProperty<>(this, "quantity", Quantity.EFFECTIVE_WEIGHT);
    private final ReadOnlyObjectWrapper<List<List<Double>>> curves = new ReadOnlyObjectWrapper<>(this, "curves", List.of());
    private final ObservableList<LaneMark> marks = FXCollections.observableArrayList();
    private final ObservableList<LaneMark> marksView = FXCollections.unmodifiableObservableList(marks);
    private final List<LaneReadings> readings = new ArrayList<>();
    private final Pins pins = new Pins();
    private List<LaneViewModel> lanes = List.of();

    /// @param worker    makes pictures and measures them
    /// @param onFailure told why a run failed
    LinkedRunViewModel(PreviewWorker worker, Consumer<EngineException> onFailure) {
        this.worker = worker;
        this.onFailure = onFailure;
        this.steps = new StepsViewModel(worker);
        steps.selectedProperty().subscribe(this::repaint);
        quantity.subscribe(this::plot);
    }

    /// The steps of all lanes; a step is done when all of them have it.
    public StepsViewModel steps() {
        return steps;
    }

    /// Whether the run is under way.
    public ReadOnlyBooleanProperty runningProperty() {
        return running.getReadOnlyProperty();
    }

    /// Whether all lanes have their finished pictures.
    public ReadOnlyBooleanProperty completeProperty() {
        return complete.getReadOnlyProperty();
    }

    /// What to say in place of pictures as long as there are none: what to do first, that they are on their way, or why none came.
    public ReadOnlyStringProperty hintProperty() {
        return hint.getReadOnlyProperty();
    }

    /// What the curves show.
    public ObjectProperty<Quantity> quantityProperty() {
        return quantity;
    }

    /// For each lane of the run the chosen quantity, one value per step, NaN where there is none.
    public ReadOnlyObjectProperty<List<List<Double>>> curvesProperty() {
        return curves.getReadOnlyProperty();
    }

    /// Where guidance of a lane stopped or started.
    public ObservableList<LaneMark> marks() {
        return marksView;
    }

    /// Shows `started`, a run of these lanes as they are.
    void show(FollowedRun started, List<LaneViewModel> ofLanes) {
        lanes = List.copyOf(ofLanes);
        reset(started);
        lanes.forEach(lane -> {
            lane.begin();
            readings.add(new LaneReadings());
        });
        running.set(true);
        for (LaneViewModel lane : lanes) {
            pins.onChange(started.stepsDoneProperty(lane.index()), () -> advance(started));
        }
        pins.follow(started.phaseProperty(), phase -> {
            hint.set(Words.of(
                    switch (phase) {
                        case RunPhase.Over(RunOutcome.Failed _) -> "compare.failed";
                        case RunPhase.Over _ -> "compare.stopped";
                        default -> "compare.forming";
                    }));
            if (phase instanceof RunPhase.Over(RunOutcome outcome)) {
                over(outcome);
            }
        });
        pins.pin(started.pictures().subscribe(() -> finished(started)));
        plot();
    }

    /// Shows no run any more.
    void clear() {
        reset(null);
        lanes = List.of();
        running.set(false);
        hint.set(Words.of("compare.empty"));
        plot();
    }

    private void reset(@Nullable FollowedRun shown) {
        pins.pull();
        complete.set(false);
        readings.clear();
        marks.clear();
        steps.show(shown);
    }

    private void over(RunOutcome outcome) {
        running.set(false);
        if (steps.doneProperty().get() == 0) {
            lanes.forEach(lane -> lane.show((Shown) null));
        }
        if (outcome instanceof RunOutcome.Failed(EngineException problem)) {
            onFailure.accept(problem);
        }
    }

    /// A picture is finished: it takes the place of the last step's preview and is measured against lane A's.
    private void finished(FollowedRun shown) {
        repaint();
        Optional<FinishedPicture> first = shown.picture(0);
        boolean all = true;
        for (LaneViewModel lane : lanes) {
            Optional<FinishedPicture> own = shown.picture(lane.index());
            all &= own.isPresent();
            if (first.isPresent() && own.isPresent() && lane.metricsProperty().get().picture().isEmpty()) {
                measure(shown, lane, own.get(), first.get());
            }
        }
        complete.set(all);
    }

    private void measure(FollowedRun shown, LaneViewModel lane, FinishedPicture own, FinishedPicture first) {
        double likeness = own.record().readings().getOrDefault(RunRecord.LIKENESS, Double.NaN);
        worker.ask(
                List.of("compare metrics", lane.index()),
                () -> new LaneMetrics.PictureNumbers(ImageMetrics.of(own.image()), likeness, Ssim.of(first.image(), own.image())),
                (LaneMetrics.@Nullable PictureNumbers numbers) -> {
                    if (isShown(shown)) {
                        lane.show(lane.metricsProperty().get().withPicture(Optional.ofNullable(numbers)));
                    }
                });
    }

    /// Takes in what the lanes finished. The lanes advance together; a step is shown when all of them have it.
    private void advance(FollowedRun shown) {
        int together = shown.steps();
        for (LaneViewModel lane : lanes) {
            together = Math.min(together, shown.stepsDone(lane.index()));
        }
        if (together == steps.doneProperty().get()) {
            return;
        }
        for (LaneViewModel lane : lanes) {
            read(shown, lane, together);
        }
        plot();
        steps.advance(together);
    }

    private void read(FollowedRun shown, LaneViewModel lane, int until) {
        LaneReadings read = readings.get(lane.index());
        for (int step = read.steps(); step < until; step++) {
            read.add(shown.step(lane.index(), SAMPLE, step));
            if (step > 0 && read.guided(step) != read.guided(step - 1)) {
                marks.add(new LaneMark(lane.index(), step, read.guided(step), read.note(step)));
            }
        }
        lane.show(read.metrics().withPicture(lane.metricsProperty().get().picture()));
    }

    private void plot() {
        curves.set(readings.stream().map(read -> read.values(quantity.get(), steps.countProperty().get())).toList());
    }

    /// Shows the selected step of all lanes at once.
    private void repaint() {
        FollowedRun shown = steps.runProperty().get();
        Optional<StagePainter> painter = shown == null ? Optional.empty() : shown.painter();
        int step = steps.selectedProperty().get();
        if (shown == null || painter.isEmpty() || step < 0) {
            return;
        }
        List<Optional<FinishedPicture>> finished = new ArrayList<>();
        List<StepRecord> records = new ArrayList<>();
        for (LaneViewModel lane : lanes) {
            finished.add(step == shown.steps() - 1 ? shown.picture(lane.index()) : Optional.empty());
            records.add(shown.step(lane.index(), SAMPLE, step));
        }
        RunSpec spec = shown.lane(0);
        worker.ask(
                "compare pictures",
                () -> painter.get().make(previewer -> pictures(finished, records, previewer, spec)),
                (@Nullable List<Shown> made) -> {
                    if (isShown(shown)) {
                        List<Shown> pictures = Objects.requireNonNull(made, "a list is always made");
                        lanes.forEach(lane -> lane.show(pictures.get(lane.index())));
                    }
                });
    }

    private static List<Shown> pictures(
            List<Optional<FinishedPicture>> finished, List<StepRecord> records, LatentPreviewer previewer, RunSpec spec) {
        List<Shown> pictures = new ArrayList<>();
        for (int lane = 0; lane < records.size(); lane++) {
            Optional<FinishedPicture> exact = finished.get(lane);
            Rgb image = exact.isPresent() ? exact.get().image() : previewer.preview(records.get(lane).guided().denoised());
            pictures.add(new Shown(image, spec.width(), spec.height(), exact.isEmpty()));
        }
        return pictures;
    }

    private boolean isShown(FollowedRun run) {
        return steps.runProperty().get() == run;
    }
}
