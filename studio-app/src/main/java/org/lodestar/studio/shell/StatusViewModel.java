package org.lodestar.studio.shell;

import java.util.function.LongSupplier;
import javafx.beans.property.ReadOnlyDoubleProperty;
import javafx.beans.property.ReadOnlyDoubleWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.run.RunOutcome;
import org.lodestar.studio.fx.Pins;
import org.lodestar.studio.session.FollowedRun;
import org.lodestar.studio.session.ModelState;
import org.lodestar.studio.session.Pace;
import org.lodestar.studio.session.RunPhase;
import org.lodestar.studio.session.StudioSession;
import org.lodestar.studio.text.Numbers;
import org.lodestar.studio.text.Words;

/// The line at the bottom: device, memory, what is going on, network calls spent and saved.
public final class StatusViewModel {

    /// How the activity is meant.
    public enum Mood {
        QUIET,
        BUSY,
        DONE,
        TROUBLE
    }

    private static final long MEMORY_EVERY_NANOS = 1_000_000_000;

    private final StudioSession session;
    private final LongSupplier memoryBytes;
    private final ReadOnlyStringWrapper device = new ReadOnlyStringWrapper(this, "device", "");
    private final ReadOnlyStringWrapper memory = new ReadOnlyStringWrapper(this, "memory", "");
    private final ReadOnlyStringWrapper activity = new ReadOnlyStringWrapper(this, "activity", "");
    private final ReadOnlyObjectWrapper<Mood> mood = new ReadOnlyObjectWrapper<>(this, "mood", Mood.QUIET);
    private final ReadOnlyStringWrapper budget = new ReadOnlyStringWrapper(this, "budget", "");
    private final ReadOnlyDoubleWrapper progress = new ReadOnlyDoubleWrapper(this, "progress");
    private final Pins pins = new Pins();
    private long memoryRead = Long.MIN_VALUE;

    /// @param memoryBytes what this program takes up at the moment
    public StatusViewModel(StudioSession session, LongSupplier memoryBytes) {
        this.session = session;
        this.memoryBytes = memoryBytes;
        session.modelStateProperty().subscribe(this::update);
        session.latestProperty().subscribe(run -> follow(run));
        session.pulse().attach(this::beat);
        readMemory();
        update();
    }

    public ReadOnlyStringProperty deviceProperty() {
        return device.getReadOnlyProperty();
    }

    public ReadOnlyStringProperty memoryProperty() {
        return memory.getReadOnlyProperty();
    }

    public ReadOnlyStringProperty activityProperty() {
        return activity.getReadOnlyProperty();
    }

    public ReadOnlyObjectProperty<Mood> moodProperty() {
        return mood.getReadOnlyProperty();
    }

    public ReadOnlyStringProperty budgetProperty() {
        return budget.getReadOnlyProperty();
    }

    /// Share of the run that is done, 0..1.
    public ReadOnlyDoubleProperty progressProperty() {
        return progress.getReadOnlyProperty();
    }

    private void follow(@Nullable FollowedRun run) {
        pins.pull();
        if (run != null) {
            pins.onChange(run.phaseProperty(), this::update);
            pins.onChange(run.paceProperty(), this::update);
            session.pulse().wake();
        }
        update();
    }

    private boolean beat(long now) {
        if (memoryRead == Long.MIN_VALUE || now - memoryRead > MEMORY_EVERY_NANOS) {
            memoryRead = now;
            readMemory();
        }
        return false;
    }

    private void readMemory() {
        memory.set(Words.of("status.memory", Numbers.bytes(memoryBytes.getAsLong())));
    }

    private void update() {
        FollowedRun run = session.latestProperty().get();
        device.set(session.modelStateProperty().get() instanceof ModelState.Ready(var info) ? info.device().label() : "");
        if (run == null) {
            idle();
            return;
        }
        progress.set(
                switch (run.phase()) {
                    case RunPhase.Denoising(int done, int steps) -> (double) done / steps;
                    case RunPhase.Finishing _ -> 1;
                    case RunPhase.Loading(String _, double fraction) -> fraction;
                    case RunPhase.Waiting _, RunPhase.Over _ -> 0;
                });
        activity.set(sentence(run));
        mood.set(
                switch (run.phase()) {
                    case RunPhase.Over(RunOutcome.Completed _) -> run.notices().isEmpty() ? Mood.DONE : Mood.TROUBLE;
                    case RunPhase.Over(RunOutcome.Cancelled _) -> Mood.QUIET;
                    case RunPhase.Over(RunOutcome.Failed _) -> Mood.TROUBLE;
                    default -> Mood.BUSY;
                });
        budget.set(budget(run));
    }

    private void idle() {
        switch (session.modelStateProperty().get()) {
            case ModelState.Loading(String phase, double fraction) ->
                say(phase.isEmpty() ? Words.of("status.loadingModel") : Words.of("status.loading", phase, Numbers.percent(fraction)), Mood.BUSY);
            case ModelState.Unloaded _ -> say(Words.of("status.unloaded"), Mood.QUIET);
            case ModelState.Ready _ -> say(Words.of("status.ready"), Mood.QUIET);
            case ModelState.Unusable _ -> say(Words.of("status.noModel"), Mood.TROUBLE);
        }
        budget.set("");
        progress.set(0);
    }

    private void say(String sentence, Mood how) {
        activity.set(sentence);
        mood.set(how);
    }

    private static String sentence(FollowedRun run) {
        return switch (run.phase()) {
            case RunPhase.Waiting _ -> Words.of("status.waiting");
            case RunPhase.Loading(String part, double fraction) -> Words.of("status.loading", part, Numbers.percent(fraction));
            case RunPhase.Denoising(int done, int steps) -> denoising(done, steps, run.paceProperty().get());
            case RunPhase.Finishing _ -> Words.of("status.finishing");
            case RunPhase.Over(RunOutcome.Completed _) -> finished(run);
            case RunPhase.Over(RunOutcome.Cancelled(int stepsDone)) -> Words.of("status.stopped", stepsDone, run.steps());
            case RunPhase.Over(RunOutcome.Failed(EngineException problem)) ->
                Words.of("status.failed", Words.of("status.failed." + problem.code()), problem.sentences().getFirst());
        };
    }

    private static String denoising(int done, int steps, Pace pace) {
        String step = Words.of("status.step", done, steps);
        return pace.known() ? step + " · " + Numbers.pace(pace.stepsPerSecond()) + " · " + Words.of("status.left", Numbers.seconds(pace.secondsLeft())) : step;
    }

    private static String finished(FollowedRun run) {
        if (!run.notices().isEmpty()) {
            return run.notices().getFirst();
        }
        double seconds = run.pictures().stream()
                .mapToDouble(picture -> picture.record().timings().getOrDefault("total", Double.NaN))
                .max()
                .orElse(Double.NaN);
        return Double.isNaN(seconds) ? Words.of("status.done") : Words.of("status.doneIn", Numbers.seconds(seconds));
    }

    private static String budget(FollowedRun run) {
        int spent = run.nfeProperty().get();
        int saved = run.nfeSavedProperty().get();
        return spent == 0 ? "" : saved == 0 ? Words.of("status.nfe", spent) : Words.of("status.nfeSaved", spent, saved);
    }
}
