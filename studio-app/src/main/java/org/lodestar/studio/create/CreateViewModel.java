package org.lodestar.studio.create;

import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.run.Change;
import org.lodestar.engine.run.RunOutcome;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.studio.fx.PreviewWorker;
import org.lodestar.studio.session.FollowedRun;
import org.lodestar.studio.session.History;
import org.lodestar.studio.session.HistoryEntry;
import org.lodestar.studio.session.Instruments;
import org.lodestar.studio.session.ModelState;
import org.lodestar.studio.session.RunPhase;
import org.lodestar.studio.session.StudioSession;
import org.lodestar.studio.text.Words;

/// The Create screen: generate, stop, play live, branch, and say what is wrong.
public final class CreateViewModel {
    /// How long an edit rests before Live runs it.
    static final long LIVE_PAUSE_NANOS = 150_000_000;

    private final StudioSession session;
    private final PreviewWorker worker;
    private final RecipeViewModel recipe;
    private final StageViewModel stage;
    private final BooleanProperty live = new SimpleBooleanProperty(this, "live");
    private final ReadOnlyBooleanWrapper running = new ReadOnlyBooleanWrapper(this, "running");
    private final ReadOnlyBooleanWrapper branchable = new ReadOnlyBooleanWrapper(this, "branchable");
    private final ReadOnlyStringWrapper welcome = new ReadOnlyStringWrapper(this, "welcome", "");
    private final ObservableList<String> problems = FXCollections.observableArrayList();
    private final ObservableList<String> readOnlyProblems = FXCollections.unmodifiableObservableList(problems);
    private @Nullable FollowedRun current;
    private Consumer<RunSpec> onCompare = spec -> {};
    private long liveDue = Long.MAX_VALUE;

    public CreateViewModel(StudioSession session, Instruments instruments, PreviewWorker worker, RandomGenerator random) {
        this.session = session;
        this.worker = worker;
        this.recipe = new RecipeViewModel(session, instruments, random);
        this.stage = new StageViewModel(worker);
        recipe.form().changesProperty().subscribe(this::edited);
        recipe.guidance().stackProperty().subscribe(this::playIntoRun);
        stage.steps().selectedProperty().subscribe(this::updateBranchable);
        session.modelStateProperty().subscribe(state -> welcome.set(
                state instanceof ModelState.Unusable(String sentence, boolean _) ? Words.of("canvas.noModel", sentence) : Words.of("canvas.empty")));
        session.refusedLenderProperty().subscribe(why -> {
            if (why != null) {
                problems.setAll(Words.of("models.lent.refused", why.sentence()));
            }
        });
        session.pulse().attach(this::beat);
    }

    public RecipeViewModel recipe() {
        return recipe;
    }

    public StageViewModel stage() {
        return stage;
    }

    public History history() {
        return session.history();
    }

    /// Whether every edit runs again by itself.
    public BooleanProperty liveProperty() {
        return live;
    }

    /// Whether a run of this screen is under way.
    public ReadOnlyBooleanProperty runningProperty() {
        return running.getReadOnlyProperty();
    }

    /// What to do first, as a sentence; where no model is usable, what is wrong with it.
    public ReadOnlyStringProperty welcomeProperty() {
        return welcome.getReadOnlyProperty();
    }

    /// Whether the selected step can be continued differently.
    public ReadOnlyBooleanProperty branchableProperty() {
        return branchable.getReadOnlyProperty();
    }

    /// What is wrong, as sentences; empty when nothing is.
    public ObservableList<String> problems() {
        return readOnlyProblems;
    }

    /// Runs the recipe, with another seed unless the seed is locked.
    public void generate() {
        if (!recipe.seedLockedProperty().get() && current != null) {
            recipe.form().rollSeed();
        }
        run();
    }

    /// Stops the run in flight, and Live with it.
    public void stop() {
        liveDue = Long.MAX_VALUE;
        cancelCurrent();
    }

    /// Continues the shown run from the selected step with what the recipe says now.
    public void branchHere() {
        FollowedRun parent = stage.steps().runProperty().get();
        int step = stage.steps().selectedProperty().get();
        if (parent == null || !branchable.get()) {
            return;
        }
        liveDue = Long.MAX_VALUE;
        attempt(() -> follow(session.branch(parent, 0, step, recipe.changeFrom(parent.lane(0), step))));
    }

    /// Shows a run of the history on the canvas.
    public void show(HistoryEntry entry) {
        stage.show(entry.run());
    }

    /// Takes the settings of a finished picture.
    public void restore(HistoryEntry entry) {
        attempt(() -> recipe.show(entry.run().lane(0)));
    }

    /// @param action takes a finished picture's settings to where ways to guide are compared
    public void setOnCompare(Consumer<RunSpec> action) {
        onCompare = action;
    }

    /// Hands the settings of a finished picture on, to compare ways to guide it.
    public void compare(HistoryEntry entry) {
        attempt(() -> onCompare.accept(entry.run().lane(0)));
    }

    /// Takes the settings of a picture file, ours or another program's, or says why it has none.
    public void restore(Path file) {
        worker.ask("restore", () -> restoring(file), this::attempt);
    }

    /// What to do in the window with `file`: take its settings, or say what is wrong with it.
    private Runnable restoring(Path file) {
        try {
            Consumer<RecipeViewModel> settings = PictureSettings.read(file);
            return () -> settings.accept(recipe);
        } catch (EngineException problem) {
            return () -> {
                throw problem;
            };
        }
    }

    private void run() {
        liveDue = Long.MAX_VALUE;
        cancelCurrent();
        attempt(() -> {
            FollowedRun run = session.generate(recipe.spec());
            recipe.form().showDrawn(run.lane(0));
            follow(run);
        });
    }

    private void follow(FollowedRun run) {
        current = run;
        running.set(true);
        run.phaseProperty().subscribe(phase -> {
            if (phase instanceof RunPhase.Over(RunOutcome outcome)) {
                over(run, outcome);
            }
        });
        stage.show(run);
        updateBranchable();
    }

    private void over(FollowedRun run, RunOutcome outcome) {
        if (run == current) {
            running.set(false);
        }
        if (outcome instanceof RunOutcome.Failed(EngineException problem)) {
            report(problem);
        }
    }

    private void cancelCurrent() {
        FollowedRun run = current;
        if (run != null && !run.isOver()) {
            session.cancel(run);
        }
    }

    private void edited() {
        problems.clear();
        if (live.get()) {
            liveDue = session.pulse().now() + LIVE_PAUSE_NANOS;
            session.pulse().wake();
        }
    }

    private void playIntoRun() {
        FollowedRun run = current;
        if (run != null && running.get() && !live.get() && stage.steps().runProperty().get() == run) {
            attempt(() -> session.edit(run, 0, Change.policy(recipe.guidance().stack())));
        }
    }

    private boolean beat(long now) {
        if (now >= liveDue) {
            run();
        }
        return liveDue != Long.MAX_VALUE;
    }

    private void updateBranchable() {
        branchable.set(stage.steps().runProperty().get() != null && stage.steps().selectedProperty().get() >= 0);
    }

    private void attempt(@Nullable Runnable action) {
        try {
            problems.clear();
            if (action != null) {
                action.run();
            }
        } catch (EngineException problem) {
            report(problem);
        }
    }

    private void report(EngineException problem) {
        problems.setAll(problem.sentences());
    }
}
