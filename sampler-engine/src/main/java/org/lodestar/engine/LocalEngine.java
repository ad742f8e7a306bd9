package org.lodestar.engine;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.codec.TextEncoder;
import org.lodestar.engine.codec.TextEncoder.TokenCount;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Cancelled;
import org.lodestar.engine.pack.Device;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.Lent;
import org.lodestar.engine.pack.ModelChoice;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.pack.ModelLoader;
import org.lodestar.engine.pack.ModelPackage;
import org.lodestar.engine.pack.PackageReport;
import org.lodestar.engine.prompt.Dialect;
import org.lodestar.engine.run.Change;
import org.lodestar.engine.run.Edit;
import org.lodestar.engine.run.InferenceThread;
import org.lodestar.engine.run.OutputPlan;
import org.lodestar.engine.run.PictureSink;
import org.lodestar.engine.run.RunCheck;
import org.lodestar.engine.run.RunEvent;
import org.lodestar.engine.run.RunHandle;
import org.lodestar.engine.run.RunOutcome;
import org.lodestar.engine.run.RunRequest;
import org.lodestar.engine.run.RunSession;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.engine.run.RunTask;

/// The engine on this machine: one inference thread, one warm model.
final class LocalEngine implements Engine {
    private static final System.Logger LOG = System.getLogger(LocalEngine.class.getName());

    /// A loaded model and what was asked for to get it.
    private record Warm(Path folder, List<Lent> lent, DeviceWish wish, ModelPackage model) {}

    private final EngineOptions options;
    private final ModelLoader loader;
    private final PictureSink sink;
    private final InferenceThread thread = new InferenceThread();
    private final AtomicLong ids = new AtomicLong();
    /// Runs that are not over, by id. What is kept of finished runs belongs to whoever holds their handles.
    private final Map<Long, RunTask> tasks = new ConcurrentHashMap<>();
    private final Set<Path> tooLargeButAllowed = ConcurrentHashMap.newKeySet();
    private final Set<CancelToken> studies = ConcurrentHashMap.newKeySet();
    private @Nullable Warm warm;
    private volatile @Nullable TextEncoder text;

    LocalEngine(EngineOptions options, ModelLoader loader, PictureSink sink) {
        this.options = options;
        this.loader = loader;
        this.sink = sink;
    }

    @Override
    public String nameOf(Path folder) {
        Path normal = folder.toAbsolutePath().normalize();
        return normal.equals(options.starterModel().toAbsolutePath().normalize()) ? ModelChoice.STARTER : normal.toString();
    }

    @Override
    public void allowAnyMemory(String model) {
        tooLargeButAllowed.add(folder(model));
    }

    @Override
    public PackageReport inspect(Path folder) {
        return loader.inspect(folder);
    }

    @Override
    public CompletableFuture<ModelInfo> load(ModelChoice choice, DeviceWish wish, ModelLoader.LoadListener listener, CancelToken cancel) {
        return onThread(cancel, () -> model(choice, wish, listener, cancel).info());
    }

    @Override
    public CompletableFuture<List<Device.Attempt>> devices(DeviceWish wish) {
        return onThread(new CancelToken(), () -> loader.devices(wish));
    }

    @Override
    public CompletableFuture<@Nullable Void> unload() {
        return onThread(new CancelToken(), () -> {
            release();
            return null;
        });
    }

    @Override
    public <T> CompletableFuture<T> study(ModelChoice choice, DeviceWish wish, BiFunction<ModelPackage, CancelToken, T> work) {
        CancelToken cancel = new CancelToken();
        return onThread(cancel, () -> work.apply(model(choice, wish, ModelLoader.LoadListener.SILENT, cancel), cancel));
    }

    private <T extends @Nullable Object> CompletableFuture<T> onThread(CancelToken cancel, Supplier<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        studies.add(cancel);
        thread.submit(() -> {
            try {
                if (cancel.isCancelled()) {
                    throw new Cancelled();
                }
                result.complete(work.get());
            } catch (Cancelled | EngineException e) {
                result.completeExceptionally(e);
            } catch (RuntimeException | OutOfMemoryError e) {
                result.completeExceptionally(unexpected(e));
            } finally {
                studies.remove(cancel);
            }
        });
        return result;
    }

    @Override
    public CompletableFuture<TokenCount> count(String prompt, Dialect syntax) {
        TextEncoder encoder = text;
        return CompletableFuture.completedFuture(encoder == null ? new TokenCount(0, 0) : encoder.count(prompt, syntax));
    }

    @Override
    public RunHandle submit(RunRequest request) {
        return enqueue(session(request));
    }

    @Override
    public RunHandle submit(RunRequest request, int pauseBefore) {
        RunSession session = session(request);
        session.pauseBefore(pauseBefore);
        return enqueue(session);
    }

    private RunSession session(RunRequest request) {
        RunCheck.require(request);
        request.lanes().forEach(lane -> {
            folder(lane.model());
            found(lane.lent());
        });
        RunRequest resolved = new RunRequest(request.lanes().stream().map(RunCheck::resolve).toList(), request.device(), request.output());
        return new RunSession(ids.incrementAndGet(), resolved, this::requeue);
    }

    @Override
    public RunHandle fork(RunHandle parent, int lane, int step, Change change, OutputPlan output) {
        RunCheck.require(change);
        if (!(parent instanceof RunSession session)) {
            throw new IllegalArgumentException("not a run of this engine: " + parent);
        }
        RunSpec childSpec = RunCheck.resolve(session.lanes().get(lane).branch(new Edit(step, change)));
        RunCheck.require(new RunRequest(List.of(childSpec), session.request().device(), output));
        return enqueue(session.branch(ids.incrementAndGet(), lane, step, childSpec, output));
    }

    private RunHandle enqueue(RunSession session) {
        RunTask task = new RunTask(session, sink);
        tasks.values().removeIf(old -> old.session().isOver());
        tasks.put(session.id(), task);
        thread.submit(() -> work(task));
        return session;
    }

    private void requeue(RunSession session) {
        RunTask task = tasks.get(session.id());
        if (task != null) {
            thread.submitUrgent(() -> work(task));
        }
    }

    private void work(RunTask task) {
        RunSession session = task.session();
        if (!session.tryStart()) {
            return;
        }
        try {
            RunRequest request = session.request();
            ModelLoader.LoadListener phases = (phase, fraction) -> session.addEvent(new RunEvent.Loading(phase, fraction));
            ModelPackage model = model(request.lanes().getFirst().choice(), request.device(), phases, session.cancelToken());
            session.loaded(model.info(), model.previewer());
            RunCheck.require(request, model);
            session.pin(model.info().lent());
            request.lanes().forEach(lane -> model.prepare(lane.width(), lane.height(), phases, session.cancelToken()));
            task.advance(model);
        } catch (Cancelled e) {
            session.finish(new RunOutcome.Cancelled(session.stepsDone(0)));
        } catch (EngineException e) {
            session.finish(new RunOutcome.Failed(e));
        } catch (RuntimeException | OutOfMemoryError e) {
            session.finish(new RunOutcome.Failed(unexpected(e)));
        }
    }

    private static EngineException unexpected(Throwable cause) {
        LOG.log(System.Logger.Level.ERROR, "A task of the engine failed", cause);
        if (cause instanceof OutOfMemoryError) {
            return new EngineException.OutOfResources("There is not enough memory for this. Choose a smaller picture or fewer at once.", cause);
        }
        return new EngineException.InferenceFailure(
                "Something went wrong inside the engine (" + cause + "). The log has the details; the program can go on.", cause);
    }

    /// The model of that name, warm or freshly loaded; on the inference thread only. One whose files do not fit does not cost the model that is loaded.
    private ModelPackage model(ModelChoice choice, DeviceWish wish, ModelLoader.LoadListener listener, CancelToken cancel) {
        Path folder = folder(choice.model());
        List<Lent> lent = found(choice.lent());
        Warm have = warm;
        if (have != null && have.folder.equals(folder) && have.lent.equals(lent) && have.wish.equals(wish)) {
            return have.model;
        }
        if (have != null) {
            loader.check(folder, lent);
        }
        release();
        ModelPackage loaded = (tooLargeButAllowed.contains(folder) ? loader.allowingAnyMemory() : loader).open(folder, lent, wish, listener, cancel);
        warm = new Warm(folder, lent, wish, loaded);
        text = loaded.text();
        return loaded;
    }

    /// What is lent, with the folders of the lenders; their hashes are compared when they have been read.
    private List<Lent> found(List<Lent> lent) {
        return lent.stream().map(net -> Lent.by(lender(net).toString(), net.role())).toList();
    }

    private Path lender(Lent net) {
        try {
            return folder(net.model());
        } catch (EngineException.ModelProblem e) {
            String wanted = net.hash().isEmpty() ? "the folder of an ONNX model" : "the model with the content hash " + net.hash().substring(0, 10) + " that the recipe names";
            throw new EngineException.ModelProblem(
                    List.of(new Problem(net.role().title(), wanted, "\"" + net.model() + "\", which is not a folder", "Say where it lies now with --" + Lent.id(net.role()) + " DIR, or lend another model's")), e);
        }
    }

    private Path folder(String name) {
        if (name.equals(ModelChoice.STARTER)) {
            return options.starterModel();
        }
        try {
            Path folder = Path.of(name).toAbsolutePath().normalize();
            if (Files.isDirectory(folder)) {
                return folder;
            }
        } catch (InvalidPathException e) {
            // Told below like any other name that is not a folder.
            LOG.log(System.Logger.Level.DEBUG, "not a path: " + name, e);
        }
        throw new EngineException.ModelProblem(
                List.of(new Problem("model", "\"starter\" or the folder of an ONNX model", "\"" + name + "\", which is not a folder", "Check the path, or choose another model")), null);
    }

    @Override
    public void close() {
        tasks.values().forEach(task -> task.session().cancel());
        studies.forEach(CancelToken::cancel);
        thread.close();
        release();
    }

    private void release() {
        Warm have = warm;
        if (have != null) {
            warm = null;
            text = null;
            have.model.close();
        }
    }
}
