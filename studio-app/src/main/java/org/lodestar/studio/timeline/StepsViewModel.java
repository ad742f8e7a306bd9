package org.lodestar.studio.timeline;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.beans.property.ReadOnlyIntegerWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.preview.LatentPreviewer;
import org.lodestar.engine.run.PreviewView;
import org.lodestar.engine.run.StepRecord;
import org.lodestar.studio.fx.PreviewWorker;
import org.lodestar.studio.session.FollowedRun;

/// The steps of the run that is shown: how many are done, which one is selected, a small picture of each. The newest step is followed
/// while it is the selected one.
public final class StepsViewModel {
    private static final int LANE = 0;
    private static final int SAMPLE = 0;

    private final PreviewWorker worker;
    private final ReadOnlyObjectWrapper<@Nullable FollowedRun> run = new ReadOnlyObjectWrapper<>(this, "run");
    private final ReadOnlyIntegerWrapper count = new ReadOnlyIntegerWrapper(this, "count");
    private final ReadOnlyIntegerWrapper done = new ReadOnlyIntegerWrapper(this, "done");
    private final ReadOnlyIntegerWrapper selected = new ReadOnlyIntegerWrapper(this, "selected", -1);
    private final ObservableList<@Nullable Rgb> thumbnails = FXCollections.observableArrayList();
    private final ObservableList<@Nullable Rgb> thumbnailsView = FXCollections.unmodifiableObservableList(thumbnails);
    private int known;
    private int asked;
    private boolean following = true;

    /// @param worker makes the small pictures
    public StepsViewModel(PreviewWorker worker) {
        this.worker = worker;
    }

    /// The run that is shown, or null.
    public ReadOnlyObjectProperty<@Nullable FollowedRun> runProperty() {
        return run.getReadOnlyProperty();
    }

    /// Steps of the run, 0 without one.
    public ReadOnlyIntegerProperty countProperty() {
        return count.getReadOnlyProperty();
    }

    /// Steps that are done in all lanes.
    public ReadOnlyIntegerProperty doneProperty() {
        return done.getReadOnlyProperty();
    }

    /// The selected step, -1 while none is done.
    public ReadOnlyIntegerProperty selectedProperty() {
        return selected.getReadOnlyProperty();
    }

    /// The first lane's steps in small, null until made.
    public ObservableList<@Nullable Rgb> thumbnails() {
        return thumbnailsView;
    }

    /// Shows `shown` from its newest step on, or nothing.
    public void show(@Nullable FollowedRun shown) {
        following = true;
        known = 0;
        asked = 0;
        int steps = shown == null ? 0 : shown.steps();
        run.set(shown);
        count.set(steps);
        done.set(0);
        selected.set(-1);
        thumbnails.setAll(new ArrayList<@Nullable Rgb>(Collections.nCopies(steps, (Rgb) null)));
    }

    /// Takes in that `now` steps are done.
    public void advance(int now) {
        known = now;
        askThumbnails();
        done.set(now);
        if (following && now > 0) {
            selected.set(now - 1);
        }
    }

    /// Selects a step that is done; the newest one is followed on.
    public void select(int step) {
        if (done.get() > 0) {
            int target = Math.clamp(step, 0, done.get() - 1);
            following = target == done.get() - 1;
            selected.set(target);
        }
    }

    /// Asks for the small pictures of all steps that have none yet. A branch knows its parent's steps before it has loaded what makes pictures of them.
    public void askThumbnails() {
        FollowedRun shown = run.get();
        Optional<LatentPreviewer> previewer = shown == null ? Optional.empty() : shown.previewer();
        if (shown == null || previewer.isEmpty()) {
            return;
        }
        for (; asked < known; asked++) {
            StepRecord record = shown.step(LANE, SAMPLE, asked);
            worker.ask(List.of(this, record.step()), () -> PreviewView.GUIDED.of(record, previewer.get()), (@Nullable Rgb made) -> {
                if (run.get() == shown) {
                    thumbnails.set(record.step(), made);
                }
            });
        }
    }
}
