package org.lodestar.studio.compare;

import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.LongProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyIntegerProperty;
import javafx.beans.property.ReadOnlyIntegerWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.beans.property.SimpleLongProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.value.ObservableValue;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.image.ImageMetrics;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.image.Ssim;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.pack.ModelInfo.Size;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.preview.LatentPreviewer;
import org.lodestar.engine.prompt.Dialect;
import org.lodestar.engine.record.RunRecord;
import org.lodestar.engine.run.PreviewView;
import org.lodestar.engine.run.RunOutcome;
import org.lodestar.engine.run.RunRequest;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.engine.run.StepRecord;
import org.lodestar.engine.run.Template;
import org.lodestar.engine.sampler.SamplerType;
import org.lodestar.engine.schedule.SpacingType;
import org.lodestar.studio.fx.Pins;
import org.lodestar.studio.fx.PreviewWorker;
import org.lodestar.studio.guidance.ChoiceViewModel;
import org.lodestar.studio.prompt.CountedPrompt;
import org.lodestar.studio.session.FinishedPicture;
import org.lodestar.studio.session.FollowedRun;
import org.lodestar.studio.session.Instruments;
import org.lodestar.studio.session.ModelState;
import org.lodestar.studio.session.RunPhase;
import org.lodestar.studio.session.Shown;
import org.lodestar.studio.session.StagePainter;
import org.lodestar.studio.session.StudioSession;
import org.lodestar.studio.source.SourceViewModel;
import org.lodestar.studio.text.Words;

/// The Compare screen: one prompt and one noise under two to four policies, linked step for step.
///
/// Everything on the form acts at the next run. The selected step, its pictures and the plot follow the run while the newest step is selected.
public final class CompareViewModel {
    public static final int LEAST_LANES = 2;
    public static final int MOST_LANES = 4;

    private static final int SAMPLE = 0;
    private static final Size FIRST_SIZE = new Size(128, 128);
    private static final int FIRST_STEPS = 20;
    private static final long SEED_BOUND = 1L << 32;
    private static final String FIRST_STACK = "cfg(w=10)";
    private static final String SECOND_STACK = "apg(w=10,eta=0,r=2.5,beta=-0.5)";

    private final StudioSession session;
    private final Instruments instruments;
    private final PreviewWorker worker;
    private final RandomGenerator random;

    private final ObjectProperty<Dialect> syntax = new SimpleObjectProperty<>(this, "syntax", Dialect.A1111);
    private final CountedPrompt prompt;
    private final CountedPrompt negative;
    private final LongProperty seed;
    private final IntegerProperty steps = new SimpleIntegerProperty(this, "steps", FIRST_STEPS);
    private final ObservableList<Size> sizes = FXCollections.observableArrayList(FIRST_SIZE);
    private final ObservableList<Size> sizesView = FXCollections.unmodifiableObservableList(sizes);
    private final ObjectProperty<Size> size = new SimpleObjectProperty<>(this, "size", FIRST_SIZE);
    private final ChoiceViewModel sampler;
    private final ChoiceViewModel spacing;
    private final SourceViewModel source = new SourceViewModel();
    private final ObservableList<LaneViewModel> lanes = FXCollections.observableArrayList();
    private final ObservableList<LaneViewModel> lanesView = FXCollections.unmodifiableObservableList(lanes);
    private String adopted = "";
    private boolean touched;

    private final ObjectProperty<CompareMode> mode = new SimpleObjectProperty<>(this, "mode", CompareMode.SIDE_BY_SIDE);
    private final IntegerProperty other = new SimpleIntegerProperty(this, "other", 1);
    private final ObjectProperty<Quantity> quantity = new SimpleObjectProperty<>(this, "quantity", Quantity.EFFECTIVE_WEIGHT);

    private final ReadOnlyObjectWrapper<@Nullable FollowedRun> run = new ReadOnlyObjectWrapper<>(this, "run");
    private final ReadOnlyBooleanWrapper running = new ReadOnlyBooleanWrapper(this, "running");
    private final ReadOnlyIntegerWrapper runSteps = new ReadOnlyIntegerWrapper(this, "runSteps");
    private final ReadOnlyIntegerWrapper done = new ReadOnlyIntegerWrapper(this, "done");
    private final ReadOnlyIntegerWrapper selected = new ReadOnlyIntegerWrapper(this, "selected", -1);
    private final ObservableList<@Nullable Rgb> thumbnails = FXCollections.observableArrayList();
    private final ObservableList<LaneMark> marks = FXCollections.observableArrayList();
    private final ReadOnlyObjectWrapper<List<List<Double>>> curves = new ReadOnlyObjectWrapper<>(this, "curves", List.of());
    private final ObservableList<String> problems = FXCollections.observableArrayList();
    private final ObservableList<String> problemsView = FXCollections.unmodifiableObservableList(problems);
    private final ReadOnlyBooleanWrapper exportable = new ReadOnlyBooleanWrapper(this, "exportable");
    private final ReadOnlyStringWrapper notice = new ReadOnlyStringWrapper(this, "notice", "");
    private final List<LaneReadings> readings = new ArrayList<>();
    private final Pins pins = new Pins();
    private boolean following = true;

    /// @param session     where runs are made
    /// @param instruments what a run can be made of
    /// @param worker      makes preview pictures
    /// @param random      rolls seeds
    public CompareViewModel(StudioSession session, Instruments instruments, PreviewWorker worker, RandomGenerator random) {
        this.session = session;
        this.prompt = new CountedPrompt(this, "prompt", session, syntax);
        this.negative = new CountedPrompt(this, "negative", session, syntax);
        this.instruments = instruments;
        this.worker = worker;
        this.random = random;
        this.seed = new SimpleLongProperty(this, "seed", random.nextLong(SEED_BOUND));
        this.sampler = new ChoiceViewModel("sampler", instruments.samplers().stream().map(SamplerType::descriptor).toList());
        this.spacing = new ChoiceViewModel("spacing", instruments.spacings().stream().map(SpacingType::descriptor).toList());
        addLane(Term.parseStack(FIRST_STACK));
        addLane(Term.parseStack(SECOND_STACK));
        session.modelStateProperty().subscribe(state -> {
            if (state instanceof ModelState.Ready(ModelInfo info)) {
                adopt(info);
            }
        });
        List<ObservableValue<?>> form = List.of(prompt, negative, syntax, seed, steps, size, sampler.termProperty(), spacing.termProperty(), source.sourceProperty());
        form.forEach(field -> field.subscribe(() -> touched = true));
        selected.subscribe(this::repaint);
        quantity.subscribe(this::plot);
    }

    public CountedPrompt promptProperty() {
        return prompt;
    }

    public CountedPrompt negativeProperty() {
        return negative;
    }

    /// How brackets in both prompts are read.
    public ObjectProperty<Dialect> syntaxProperty() {
        return syntax;
    }

    /// The seed all lanes share. It stays until it is changed.
    public LongProperty seedProperty() {
        return seed;
    }

    /// Another seed.
    public void rollSeed() {
        seed.set(random.nextLong(SEED_BOUND));
    }

    public IntegerProperty stepsProperty() {
        return steps;
    }

    /// Sizes to offer.
    public ObservableList<Size> sizes() {
        return sizesView;
    }

    public ObjectProperty<Size> sizeProperty() {
        return size;
    }

    public ChoiceViewModel sampler() {
        return sampler;
    }

    public ChoiceViewModel spacing() {
        return spacing;
    }

    /// The picture all lanes start from, if any.
    public SourceViewModel source() {
        return source;
    }

    /// Two to four.
    public ObservableList<LaneViewModel> lanes() {
        return lanesView;
    }

    /// Adds a lane that starts from the last one's policy, unless there are four.
    public void addLane() {
        if (lanes.size() < MOST_LANES) {
            addLane(lanes.getLast().guidance().stack());
            leaveRun();
        }
    }

    /// Takes a lane out, unless only two are left. What was shown of the last run goes with it: its lanes are not these any more.
    public void removeLane(LaneViewModel lane) {
        if (lanes.size() > LEAST_LANES && lanes.remove(lane)) {
            for (int i = 0; i < lanes.size(); i++) {
                lanes.get(i).moveTo(i);
            }
            other.set(Math.min(other.get(), lanes.size() - 1));
            leaveRun();
        }
    }

    public ObjectProperty<CompareMode> modeProperty() {
        return mode;
    }

    /// Which lane is compared with lane A where two are, from 1.
    public IntegerProperty otherProperty() {
        return other;
    }

    public ObjectProperty<Quantity> quantityProperty() {
        return quantity;
    }

    /// The run shown, or null.
    public ReadOnlyObjectProperty<@Nullable FollowedRun> runProperty() {
        return run.getReadOnlyProperty();
    }

    /// Whether a run of this screen is under way.
    public ReadOnlyBooleanProperty runningProperty() {
        return running.getReadOnlyProperty();
    }

    /// Steps of the run shown, 0 without one.
    public ReadOnlyIntegerProperty runStepsProperty() {
        return runSteps.getReadOnlyProperty();
    }

    /// Steps that all lanes have done.
    public ReadOnlyIntegerProperty doneProperty() {
        return done.getReadOnlyProperty();
    }

    /// The selected step of all lanes, -1 while none is done.
    public ReadOnlyIntegerProperty selectedProperty() {
        return selected.getReadOnlyProperty();
    }

    /// Selects a step that is done; the newest one is followed on.
    public void select(int step) {
        if (done.get() > 0) {
            int target = Math.clamp(step, 0, done.get() - 1);
            following = target == done.get() - 1;
            selected.set(target);
        }
    }

    /// Lane A's steps in small, null until made.
    public ObservableList<@Nullable Rgb> thumbnails() {
        return thumbnails;
    }

    /// Where guidance of a lane stopped or started.
    public ObservableList<LaneMark> marks() {
        return marks;
    }

    /// For each lane of the run the chosen quantity, one value per step, NaN where there is none.
    public ReadOnlyObjectProperty<List<List<Double>>> curvesProperty() {
        return curves.getReadOnlyProperty();
    }

    /// What is wrong, as sentences; empty when nothing is.
    public ObservableList<String> problems() {
        return problemsView;
    }

    /// Whether all lanes have their finished pictures, so that they can be exported.
    public ReadOnlyBooleanProperty exportableProperty() {
        return exportable.getReadOnlyProperty();
    }

    /// What was done last, as a sentence, or "".
    public ReadOnlyStringProperty noticeProperty() {
        return notice.getReadOnlyProperty();
    }

    /// Writes all lanes as one labelled picture to where pictures go.
    public void export() {
        FollowedRun shown = run.get();
        if (shown == null || !exportable.get()) {
            return;
        }
        CompareSheet sheet = new CompareSheet(lanes.stream()
                .map(lane -> new CompareSheet.Entry(
                        lane.ranTitle(), shown.lane(lane.index()), shown.picture(lane.index()).orElseThrow().image(), lane.metricsProperty().get()))
                .toList());
        Path folder = session.settingsProperty().get().outputFolder();
        worker.ask("compare export", () -> written(sheet, folder), this::exported);
    }

    /// A file written, or why not.
    private record Written(Optional<Path> file, Optional<EngineException> problem) {}

    private static Written written(CompareSheet sheet, Path folder) {
        try {
            return new Written(Optional.of(sheet.write(folder, LocalDate.now(ZoneId.systemDefault()))), Optional.empty());
        } catch (EngineException problem) {
            return new Written(Optional.empty(), Optional.of(problem));
        }
    }

    private void exported(@Nullable Written written) {
        if (written != null) {
            written.file().ifPresent(file -> notice.set(Words.of("compare.exported", file)));
            written.problem().ifPresent(this::report);
        }
    }

    /// Fills the form from `spec`; lane A takes its policy.
    ///
    /// @throws EngineException.InvalidInput if it names something this program does not have; what could be taken is taken
    public void show(RunSpec spec) {
        syntax.set(spec.syntax());
        prompt.show(spec.template().map(Template::prompt).orElse(spec.prompt()), spec.prompt());
        negative.show(spec.template().map(Template::negative).orElse(spec.negative()), spec.negative());
        size.set(new Size(spec.width(), spec.height()));
        steps.set(spec.steps());
        seed.set(spec.seed());
        sampler.show(spec.sampler());
        spacing.show(spec.spacing());
        source.show(spec.source());
        lanes.getFirst().guidance().show(spec.policy());
    }

    /// The form as one spec per lane, prompts as typed.
    public List<RunSpec> specs() {
        return lanes.stream().map(this::spec).toList();
    }

    /// Runs all lanes from the same noise; a run under way is stopped first.
    public void run() {
        stop();
        problems.clear();
        try {
            FollowedRun started = session.follow(new RunRequest(specs(), session.settingsProperty().get().device(), session.output()));
            prompt.show(prompt.get(), started.lane(0).prompt());
            negative.show(negative.get(), started.lane(0).negative());
            follow(started);
        } catch (EngineException problem) {
            report(problem);
        }
    }

    /// Stops the run under way.
    public void stop() {
        FollowedRun current = run.get();
        if (current != null && !current.isOver()) {
            session.cancel(current);
        }
    }

    private RunSpec spec(LaneViewModel lane) {
        return new RunSpec(
                session.modelProperty().get(),
                prompt.get(),
                negative.get(),
                size.get().width(),
                size.get().height(),
                seed.get(),
                1,
                steps.get(),
                sampler.term(),
                spacing.term(),
                lane.guidance().stack(),
                instruments.noise(),
                List.of())
                .withSyntax(syntax.get())
                .withSource(source.sourceProperty().get())
                .withLent(session.lentProperty().get());
    }

    private void addLane(List<Term> stack) {
        LaneViewModel lane = new LaneViewModel(lanes.size(), instruments.policies(), session::model, stack);
        lane.guidance().setFilling(instruments.filling(() -> spec(lane), session::model));
        lanes.add(lane);
    }

    private void adopt(ModelInfo info) {
        sizes.setAll(info.sizes().presets());
        boolean another = !adopted.isEmpty() && !adopted.equals(info.contentHash());
        adopted = info.contentHash();
        if (!touched || another) {
            size.set(info.defaults().size());
            steps.set(info.defaults().steps());
            sampler.show(Term.parse(info.defaults().sampler()));
            spacing.show(Term.parse(info.defaults().spacing()));
            touched = false;
        }
    }

    private void follow(FollowedRun started) {
        reset(started.steps());
        lanes.forEach(lane -> {
            lane.begin();
            readings.add(new LaneReadings());
        });
        run.set(started);
        running.set(true);
        for (int lane = 0; lane < lanes.size(); lane++) {
            pins.onChange(started.stepsDoneProperty(lane), () -> advance(started));
        }
        pins.follow(started.phaseProperty(), phase -> {
            if (phase instanceof RunPhase.Over(RunOutcome outcome)) {
                over(outcome);
            }
        });
        pins.pin(started.pictures().subscribe(() -> finished(started)));
        plot();
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
        exportable.set(all);
    }

    private void measure(FollowedRun shown, LaneViewModel lane, FinishedPicture own, FinishedPicture first) {
        double likeness = own.record().readings().getOrDefault(RunRecord.LIKENESS, Double.NaN);
        worker.ask(
                List.of("compare metrics", lane.index()),
                () -> new LaneMetrics.PictureNumbers(ImageMetrics.of(own.image()), likeness, Ssim.of(first.image(), own.image())),
                (LaneMetrics.@Nullable PictureNumbers numbers) -> {
                    if (run.get() == shown) {
                        lane.show(lane.metricsProperty().get().withPicture(Optional.ofNullable(numbers)));
                    }
                });
    }

    private void leaveRun() {
        stop();
        reset(0);
        lanes.forEach(LaneViewModel::clear);
        run.set(null);
        running.set(false);
        plot();
    }

    private void reset(int newSteps) {
        pins.pull();
        following = true;
        exportable.set(false);
        notice.set("");
        readings.clear();
        marks.clear();
        done.set(0);
        selected.set(-1);
        thumbnails.setAll(Collections.nCopies(newSteps, (@Nullable Rgb) null));
        runSteps.set(newSteps);
    }

    private void over(RunOutcome outcome) {
        running.set(false);
        if (done.get() == 0) {
            lanes.forEach(lane -> lane.show((Shown) null));
        }
        if (outcome instanceof RunOutcome.Failed(EngineException problem)) {
            report(problem);
        }
    }

    /// Takes in what the lanes finished. The lanes advance together; a step is shown when all of them have it.
    private void advance(FollowedRun shown) {
        int together = shown.steps();
        for (LaneViewModel lane : lanes) {
            together = Math.min(together, shown.stepsDone(lane.index()));
        }
        if (together == done.get()) {
            return;
        }
        for (LaneViewModel lane : lanes) {
            read(shown, lane, together);
        }
        for (int step = done.get(); step < together; step++) {
            askThumbnail(shown, step);
        }
        done.set(together);
        plot();
        if (following) {
            selected.set(together - 1);
        }
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
        curves.set(readings.stream().map(read -> read.values(quantity.get(), runSteps.get())).toList());
    }

    private void askThumbnail(FollowedRun shown, int step) {
        StepRecord record = shown.step(0, SAMPLE, step);
        shown.previewer().ifPresent(previewer ->
                worker.ask(List.of("compare thumbnail", step), () -> PreviewView.GUIDED.of(record, previewer), (@Nullable Rgb made) -> {
                    if (run.get() == shown) {
                        thumbnails.set(step, made);
                    }
                }));
    }

    /// Shows the selected step of all lanes at once.
    private void repaint() {
        FollowedRun shown = run.get();
        Optional<StagePainter> painter = shown == null ? Optional.empty() : shown.painter();
        int step = selected.get();
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
                    if (run.get() == shown) {
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

    private void report(EngineException problem) {
        problems.setAll(problem.sentences());
    }
}
