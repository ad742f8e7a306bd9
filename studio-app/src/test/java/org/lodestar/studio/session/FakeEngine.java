package org.lodestar.studio.session;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.Engine;
import org.lodestar.engine.calibration.CalibrationStore;
import org.lodestar.engine.codec.TextEncoder.TokenCount;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.pack.Device;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Cancelled;
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
import org.lodestar.engine.run.OutputPlan;
import org.lodestar.engine.run.RunHandle;
import org.lodestar.engine.run.RunRequest;
import org.lodestar.engine.run.RunSpec;

/// An engine without networks: its runs do what the test tells them, step by step. May be used from any thread.
public final class FakeEngine implements Engine {
    public static final ModelInfo MODEL = new ModelInfo(
            "Starter",
            Path.of("starter"),
            "starter",
            "0".repeat(64),
            new Device("cpu", "CPU, 2 threads", 2, List.of(new Device.Attempt("cuda", false, "no CUDA here"))),
            "each",
            new ModelInfo.Sizes(8, 64, 256, 0, 0, List.of(new ModelInfo.Size(128, 128), new ModelInfo.Size(192, 128))),
            new ModelInfo.Defaults(new ModelInfo.Size(128, 128), 20, "ddim", "trailing", "cfg(w=5)", List.of()),
            ModelInfo.Abilities.PLAIN,
            List.of(),
            List.of(),
            List.of());
    /// All of the catalogue; nothing was measured.
    public static final Instruments INSTRUMENTS = Instruments.catalog(new CalibrationStore(Path.of("nothing-was-measured")));
    private static final int CAPACITY = 30;

    private final List<FakeRun> runs = new ArrayList<>();
    private @Nullable EngineException refusal;
    private CompletableFuture<ModelInfo> model = CompletableFuture.completedFuture(MODEL);
    private final List<String> asked = new ArrayList<>();
    private List<Lent> lent = List.of();
    private @Nullable EngineException lendersRefused;
    private boolean closed;

    /// All runs so far.
    public synchronized List<FakeRun> runs() {
        return List.copyOf(runs);
    }

    /// What the model that was asked for last is lent.
    public synchronized List<Lent> lent() {
        return lent;
    }

    /// The newest run.
    public synchronized FakeRun run() {
        return runs.getLast();
    }

    /// The models that were asked for, oldest first.
    public synchronized List<String> asked() {
        return List.copyOf(asked);
    }

    /// Refuses every run and change from now on; null accepts again.
    public synchronized void refuse(@Nullable EngineException why) {
        refusal = why;
    }

    /// What loading gives from now on.
    public synchronized void loads(CompletableFuture<ModelInfo> loading) {
        model = loading;
    }

    /// Refuses every lender from now on.
    public synchronized void refuseLenders(EngineException why) {
        lendersRefused = why;
    }

    public synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public String nameOf(Path folder) {
        return folder.getFileName().toString().equals("starter") ? "starter" : folder.toString();
    }

    @Override
    public synchronized void allowAnyMemory(String name) {
        asked.add("any memory for " + name);
    }

    @Override
    public PackageReport inspect(Path folder) {
        return new PackageReport(folder, "Starter", "starter", "by its name", List.of(), List.of(), List.of());
    }

    @Override
    public synchronized CompletableFuture<ModelInfo> load(ModelChoice choice, DeviceWish wish, ModelLoader.LoadListener listener, CancelToken cancel) {
        asked.add(choice.model());
        lent = choice.lent();
        listener.phase("denoiser", 0.4);
        EngineException why = lendersRefused;
        if (why != null && !lent.isEmpty()) {
            return CompletableFuture.failedFuture(why);
        }
        CompletableFuture<ModelInfo> mine = model;
        cancel.onCancel(() -> mine.completeExceptionally(new Cancelled()));
        return model;
    }

    @Override
    public CompletableFuture<List<Device.Attempt>> devices(DeviceWish wish) {
        return CompletableFuture.completedFuture(List.of(new Device.Attempt("cpu", true, "CPU, 2 threads"), new Device.Attempt("cuda", false, "no CUDA here")));
    }

    @Override
    public CompletableFuture<@Nullable Void> unload() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public <T> CompletableFuture<T> study(ModelChoice choice, DeviceWish wish, BiFunction<ModelPackage, CancelToken, T> work) {
        return new CompletableFuture<>();
    }

    @Override
    public CompletableFuture<TokenCount> count(String text, Dialect syntax) {
        return CompletableFuture.completedFuture(new TokenCount(text.isBlank() ? 0 : text.strip().split("\\s+", -1).length, CAPACITY));
    }

    @Override
    public synchronized RunHandle submit(RunRequest request) {
        return add(new FakeRun(runs.size() + 1L, request.lanes(), 0, List.of(), this));
    }

    @Override
    public RunHandle submit(RunRequest request, int pauseBefore) {
        throw new UnsupportedOperationException("no run of this engine pauses");
    }

    @Override
    public synchronized RunHandle fork(RunHandle parent, int lane, int step, Change change, OutputPlan output) {
        FakeRun old = (FakeRun) parent;
        RunSpec spec = parent.lanes().get(lane).branch(new Edit(step, change));
        return add(new FakeRun(runs.size() + 1L, List.of(spec), step, old.records(lane).subList(0, step), this));
    }

    @Override
    public synchronized void close() {
        closed = true;
        runs.forEach(FakeRun::cancel);
    }

    synchronized Optional<EngineException> refusal() {
        return Optional.ofNullable(refusal);
    }

    private FakeRun add(FakeRun run) {
        refusal().ifPresent(why -> {
            throw why;
        });
        runs.add(run);
        return run;
    }
}
