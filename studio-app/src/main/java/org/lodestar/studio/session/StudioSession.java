package org.lodestar.studio.session;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.collections.ListChangeListener;
import javafx.util.Subscription;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.Engine;
import org.lodestar.engine.codec.TextEncoder.TokenCount;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Cancelled;
import org.lodestar.engine.pack.Device;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.Lent;
import org.lodestar.engine.pack.ModelChoice;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.pack.ModelLoader;
import org.lodestar.engine.prompt.Dialect;
import org.lodestar.engine.record.WildcardFolder;
import org.lodestar.engine.run.Change;
import org.lodestar.engine.run.OutputPlan;
import org.lodestar.engine.run.RunRequest;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.studio.fx.Pulse;
import org.lodestar.studio.text.Words;
import org.lodestar.studio.theme.Theme;

/// The engine seen from the window's thread. All view models talk to this; its methods return at once and its properties change on the window's thread only.
public final class StudioSession {
    private final Engine engine;
    private final Pulse pulse;
    private final Executor window;
    private final SettingsFile settingsFile;
    private final ReadOnlyObjectWrapper<Settings> settings;
    private final ReadOnlyStringWrapper settingsProblem = new ReadOnlyStringWrapper(this, "settingsProblem", "");
    private final ReadOnlyStringWrapper model;
    private final ReadOnlyObjectWrapper<List<Lent>> lent = new ReadOnlyObjectWrapper<>(this, "lent", List.of());
    private final ReadOnlyObjectWrapper<ModelState.@Nullable Unusable> refusedLender = new ReadOnlyObjectWrapper<>(this, "refusedLender");
    private final ReadOnlyObjectWrapper<ModelState> modelState = new ReadOnlyObjectWrapper<>(this, "modelState", new ModelState.Loading());
    private final ReadOnlyObjectWrapper<@Nullable FollowedRun> latest = new ReadOnlyObjectWrapper<>(this, "latest");
    private final ReadOnlyObjectWrapper<List<Device.Attempt>> devices = new ReadOnlyObjectWrapper<>(this, "devices", List.of());
    private CancelToken loading = new CancelToken();
    private ModelChoice wanted;
    private final History history = new History();

    /// @param engine   makes the pictures
    /// @param pulse    the window's clock
    /// @param window   runs actions on the window's thread
    /// @param settings where settings are kept
    /// @param initial  what holds where nothing was chosen yet
    public StudioSession(Engine engine, Pulse pulse, Executor window, SettingsFile settings, Settings initial) {
        this.engine = engine;
        this.pulse = pulse;
        this.window = window;
        this.settingsFile = settings;
        this.settings = new ReadOnlyObjectWrapper<>(this, "settings", settings.load(initial));
        this.wanted = this.settings.get().model();
        this.model = new ReadOnlyStringWrapper(this, "model", wanted.model());
        this.lent.set(wanted.lent());
    }

    /// Loads the model in the background, so that the first run need not.
    public void warmUp() {
        load(choice());
    }

    /// Loads another model in the background, in place of the one there is, and from now on at every start. When that fails or is cancelled, the one before stays chosen, and the next run loads it again.
    ///
    /// @param wanted "starter" or a folder
    public void use(String wanted) {
        load(ModelChoice.of(wanted));
    }

    /// Puts the denoiser of the model in `folder` beside that of the model there is, until another one is used, at every start. When that fails or is cancelled, all stays as it was, and
    /// [#refusedLenderProperty()] says why.
    public void borrow(Path folder, Branch.Net role) {
        load(choice().borrowing(Lent.by(engine.nameOf(folder), role)));
    }

    /// Does without what another model lends in `role`.
    public void giveBack(Branch.Net role) {
        load(choice().returning(role));
    }

    /// Has beside the model what a picture of it was made with, and nothing else.
    ///
    /// @throws EngineException.InvalidInput naming what is not there any more; the rest is taken
    public void borrowAsFor(RunSpec picture) {
        ModelChoice made = picture.choice();
        if (!known(made.model()).equals(model.get())) {
            refuse(made.lent().stream().map(net -> new Problem(
                    net.role().title(), "the model that the picture was made with, " + made.model(), model.get(), "Load that model on the Models screen, then take the picture's settings again")).toList());
            return;
        }
        List<Lent> there = made.lent().stream().filter(StudioSession::isThere).toList();
        if (!there.equals(lent.get())) {
            load(new ModelChoice(model.get(), there));
        }
        refuse(made.lent().stream().filter(net -> !isThere(net)).map(net -> new Problem(
                net.role().title(), "the model in " + net.model() + ", whose net the picture was made with", "no folder there", "Put the folder back, or put the model beside the loaded one on the Models screen")).toList());
    }

    private static void refuse(List<Problem> problems) {
        if (!problems.isEmpty()) {
            throw new EngineException.InvalidInput(problems);
        }
    }

    private static boolean isThere(Lent net) {
        try {
            return net.model().equals(ModelChoice.STARTER) || Files.isDirectory(Path.of(net.model()));
        } catch (InvalidPathException e) {
            // A recipe from another system.
            return false;
        }
    }

    /// A model's name in a recipe as this session would write it.
    private String known(String recipeModel) {
        try {
            return recipeModel.equals(ModelChoice.STARTER) ? recipeModel : engine.nameOf(Path.of(recipeModel));
        } catch (InvalidPathException e) {
            // A recipe from another system.
            return recipeModel;
        }
    }

    private ModelChoice choice() {
        return new ModelChoice(model.get(), lent.get());
    }

    /// The same with a folder; the starter model is known as that, wherever the program lies.
    public void use(Path folder) {
        use(engine.nameOf(folder));
    }

    /// Loads the model that was refused for needing more memory than the machine has.
    public void loadAnyway() {
        engine.allowAnyMemory(wanted.model());
        load(wanted);
    }

    /// Stops what [#use] and [#warmUp] began.
    public void cancelLoading() {
        loading.cancel();
    }

    /// Frees the memory of the model, after the runs that are queued.
    public void unload() {
        cancelLoading();
        CancelToken mine = new CancelToken();
        loading = mine;
        var _ = engine.unload().whenComplete((_, failure) -> window.execute(() -> {
            if (loading == mine) {
                modelState.set(failure == null ? new ModelState.Unloaded() : unusable(failure));
            }
        }));
    }

    private void load(ModelChoice choice) {
        wanted = choice;
        load(choice, null);
    }

    /// @param refused why another model lends nothing, where this is tried instead
    private void load(ModelChoice choice, ModelState.@Nullable Unusable refused) {
        cancelLoading();
        CancelToken mine = new CancelToken();
        loading = mine;
        refusedLender.set(null);
        modelState.set(new ModelState.Loading());
        ModelLoader.LoadListener phases = (phase, fraction) -> window.execute(() -> {
            if (loading == mine && modelState.get() instanceof ModelState.Loading) {
                modelState.set(new ModelState.Loading(phase, fraction));
            }
        });
        var _ = engine.load(choice, settings.get().device(), phases, mine).whenComplete((info, failure) -> window.execute(() -> {
            if (loading == mine) {
                over(choice, loaded(info, failure), refused);
            }
        }));
    }

    /// Where a lender is refused, the model goes on with those it had; where it is refused among those, without any.
    private void over(ModelChoice choice, ModelState now, ModelState.@Nullable Unusable refused) {
        if (now instanceof ModelState.Unusable why && !choice.lent().isEmpty()) {
            load(choice.equals(choice()) ? ModelChoice.of(choice.model()) : choice(), refused == null ? why : refused);
            return;
        }
        if (now instanceof ModelState.Ready) {
            model.set(choice.model());
            lent.set(choice.lent());
            if (refused == null) {
                keep(choice);
            }
        }
        modelState.set(now);
        refusedLender.set(now instanceof ModelState.Ready ? refused : null);
    }

    /// Lenders are kept without the hash of one picture's recipe: at the next start they are taken as they are then.
    private void keep(ModelChoice choice) {
        ModelChoice kept = new ModelChoice(choice.model(), choice.lent().stream().map(net -> Lent.by(net.model(), net.role())).toList());
        if (!settings.get().model().equals(kept)) {
            change(settings.get().withModel(kept));
        }
    }

    /// "starter" or a folder.
    public ReadOnlyStringProperty modelProperty() {
        return model.getReadOnlyProperty();
    }

    public ReadOnlyObjectProperty<ModelState> modelStateProperty() {
        return modelState.getReadOnlyProperty();
    }

    /// What other models lend it.
    public ReadOnlyObjectProperty<List<Lent>> lentProperty() {
        return lent.getReadOnlyProperty();
    }

    /// Why a model that was to lend a net does not, while the model that is loaded goes on without it; null where nothing was refused.
    public ReadOnlyObjectProperty<ModelState.@Nullable Unusable> refusedLenderProperty() {
        return refusedLender.getReadOnlyProperty();
    }

    /// The model, once it is ready.
    public Optional<ModelInfo> model() {
        return modelState.get() instanceof ModelState.Ready(ModelInfo info) ? Optional.of(info) : Optional.empty();
    }

    /// The run that was submitted last, over or not; null before the first.
    public ReadOnlyObjectProperty<@Nullable FollowedRun> latestProperty() {
        return latest.getReadOnlyProperty();
    }

    /// Finished runs and their branches.
    public History history() {
        return history;
    }

    public Pulse pulse() {
        return pulse;
    }

    /// Starts a run of one lane, which enters the history when it finishes.
    ///
    /// @throws EngineException.InvalidInput with everything that is wrong
    public FollowedRun generate(RunSpec spec) {
        FollowedRun run = follow(new RunRequest(List.of(spec), settings.get().device(), output()));
        remember(run);
        return run;
    }

    /// `spec` with its prompts drawn by its seed, with lists of the wildcard folder.
    ///
    /// @throws EngineException.InvalidInput with every list that is missing
    public RunSpec drawn(RunSpec spec) {
        return spec.drawn(new WildcardFolder(settings.get().wildcardFolder()));
    }

    /// Starts any run, its prompts drawn, and follows it, outside the history.
    ///
    /// @throws EngineException.InvalidInput with everything that is wrong
    public FollowedRun follow(RunRequest request) {
        RunRequest drawn = new RunRequest(request.lanes().stream().map(this::drawn).toList(), request.device(), request.output());
        return follow(new FollowedRun(engine.submit(drawn), 0, pulse::now, this::previews));
    }

    /// Continues `parent` from its step `step` with `change`; the child enters the history when it finishes.
    ///
    /// @throws EngineException.InvalidInput if that step is not done or the change is not valid
    public FollowedRun branch(FollowedRun parent, int lane, int step, Change change) {
        FollowedRun child = follow(new FollowedRun(engine.fork(parent.handle(), lane, step, change, output()), step, pulse::now, this::previews));
        history.branched(child, parent);
        remember(child);
        return child;
    }

    /// Stops `run` as soon as the network lets go.
    public void cancel(FollowedRun run) {
        run.handle().cancel();
        pulse.wake();
    }

    /// Changes a lane of a run from its next step on.
    ///
    /// @throws EngineException.InvalidInput if the change is not valid; the run goes on unchanged
    public void edit(FollowedRun run, int lane, Change change) {
        run.handle().edit(lane, change);
    }

    /// Counts the tokens of `text`, when a model is loaded.
    public void count(String text, Dialect syntax, Consumer<TokenCount> then) {
        var _ = engine.count(text, syntax).thenAccept(count -> window.execute(() -> then.accept(count)));
    }

    /// Where finished pictures of a new run go.
    public OutputPlan output() {
        return OutputPlan.folder(settings.get().outputFolder());
    }

    public ReadOnlyObjectProperty<Settings> settingsProperty() {
        return settings.getReadOnlyProperty();
    }

    /// Why the settings could not be kept, or "".
    public ReadOnlyStringProperty settingsProblemProperty() {
        return settingsProblem.getReadOnlyProperty();
    }

    public void changeTheme(Theme theme) {
        change(settings.get().withTheme(theme));
    }

    public void changeOutputFolder(Path folder) {
        change(settings.get().withOutputFolder(folder));
    }

    public void changeWildcardFolder(Path folder) {
        change(settings.get().withWildcardFolder(folder));
    }

    public void changeModelFolders(List<Path> folders) {
        change(settings.get().withModelFolders(folders));
    }

    public void changePreviews(PreviewStyle style) {
        change(settings.get().withPreviews(style));
    }

    /// Loads the model again where the user wants it to run.
    public void changeDevice(DeviceWish device) {
        change(settings.get().withDevice(device));
        warmUp();
    }

    /// What was found out by [#tryDevices]; empty before.
    public ReadOnlyObjectProperty<List<Device.Attempt>> devicesProperty() {
        return devices.getReadOnlyProperty();
    }

    /// Finds out what networks can run on here.
    public void tryDevices() {
        var _ = engine.devices(settings.get().device()).whenComplete((found, failure) -> {
            if (failure == null) {
                window.execute(() -> devices.set(found));
            }
        });
    }

    private void change(Settings changed) {
        settings.set(changed);
        try {
            settingsFile.save(changed);
            settingsProblem.set("");
        } catch (EngineException.OutputFailure e) {
            settingsProblem.set(e.getMessage() + " " + Words.of("settings.notKept"));
        }
    }

    private PreviewStyle previews() {
        return settings.get().previews();
    }

    private FollowedRun follow(FollowedRun run) {
        Subscription following = pulse.attach(run);
        run.phaseProperty().subscribe(phase -> {
            if (phase instanceof RunPhase.Over) {
                following.unsubscribe();
                if (!(modelState.get() instanceof ModelState.Ready) && !(modelState.get() instanceof ModelState.Loading)) {
                    seeWhatIsLoaded(run);
                }
            }
        });
        latest.set(run);
        return run;
    }

    /// A run that got as far as steps has loaded its model again.
    private void seeWhatIsLoaded(FollowedRun run) {
        if (run.stepsDoneProperty(0).get() > 0) {
            warmUp();
        }
    }

    private void remember(FollowedRun run) {
        run.pictures().addListener((ListChangeListener<FinishedPicture>) change -> {
            if (history.of(run).isEmpty() && !run.pictures().isEmpty()) {
                history.add(run, run.pictures().getFirst());
            }
        });
    }

    private static ModelState loaded(@Nullable ModelInfo info, @Nullable Throwable failure) {
        if (info != null) {
            return new ModelState.Ready(info);
        }
        return failure == null ? new ModelState.Unloaded() : unusable(failure);
    }

    private static ModelState unusable(Throwable failure) {
        Throwable reason = failure instanceof CompletionException wrapped && wrapped.getCause() != null ? wrapped.getCause() : failure;
        if (reason instanceof Cancelled) {
            return new ModelState.Unloaded();
        }
        return new ModelState.Unusable(
                reason instanceof EngineException known
                        ? String.valueOf(known.getMessage())
                        : "Model: expected a folder that loads, found an unexpected failure. The log has the details.",
                reason instanceof EngineException.ModelTooLarge);
    }
}
