package org.lodestar.engine;

import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.codec.TextEncoder.TokenCount;
import org.lodestar.engine.internal.ort.OrtModelLoader;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.pack.Device;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.ModelChoice;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.pack.ModelLoader;
import org.lodestar.engine.pack.ModelPackage;
import org.lodestar.engine.pack.PackageReport;
import org.lodestar.engine.prompt.Dialect;
import org.lodestar.engine.run.Change;
import org.lodestar.engine.run.FileSink;
import org.lodestar.engine.run.OutputPlan;
import org.lodestar.engine.run.RunHandle;
import org.lodestar.engine.run.RunRequest;

/// The way in: opens models, runs generations, one after another, on a thread of its own. Every method may be called from any thread and returns at once.
public interface Engine extends AutoCloseable {

    /// An engine on this machine, with the networks run by ONNX Runtime. Nothing is loaded yet.
    static Engine open(EngineOptions options) {
        return open(options, new OrtModelLoader(options.cacheFolder(), options.threads(), options.anyMemory()));
    }

    /// An engine whose models come from `loader`.
    static Engine open(EngineOptions options, ModelLoader loader) {
        return new LocalEngine(options, loader, new FileSink(Clock.system(ZoneId.systemDefault())));
    }

    /// What [#load] and [org.lodestar.engine.run.RunSpec#model] call the model in `folder`: "starter" for the one that ships with the program, else its path.
    String nameOf(Path folder);

    /// Lets `model` be loaded from now on even if it needs more memory than the machine has. It may fail then, or make everything slow.
    ///
    /// @param model "starter" or a folder
    void allowAnyMemory(String model);

    /// What is in a folder, without loading it. Reads files: call it off the window's thread.
    PackageReport inspect(Path folder);

    /// Loads a model ahead of its first use; it stays warm until another one is used.
    ///
    /// @param model "starter" or a folder
    /// @return completes with what was loaded, or exceptionally with an [org.lodestar.engine.fault.EngineException]
    default CompletableFuture<ModelInfo> preload(String model, DeviceWish wish) {
        return load(ModelChoice.of(model), wish, ModelLoader.LoadListener.SILENT, new CancelToken());
    }

    /// Loads a model after what is queued, in place of the one that is loaded; it stays warm until another one is used.
    ///
    /// @param choice   the model, and what others lend it
    /// @param listener told of every phase, on the engine's thread
    /// @param cancel   stops the loading between two phases; nothing is loaded then
    /// @return completes with what was loaded, or exceptionally with an [org.lodestar.engine.fault.EngineException] or [org.lodestar.engine.model.Cancelled]
    CompletableFuture<ModelInfo> load(ModelChoice choice, DeviceWish wish, ModelLoader.LoadListener listener, CancelToken cancel);

    /// Tries every provider, after what is queued: what networks can run on here, and why not on the rest.
    ///
    /// @param wish names the plugin to try, if it is one
    CompletableFuture<List<Device.Attempt>> devices(DeviceWish wish);

    /// Frees the memory of the loaded model after what is queued. It is loaded again when a run asks for it.
    CompletableFuture<@Nullable Void> unload();

    /// Does `work` with a loaded model on the engine's thread, after what is queued: for investigations that ask for more than pictures. `work` looks at the token now and then, and keeps
    /// nothing of the model. Closing the engine cancels it; [CompletableFuture#cancel] alone does not.
    ///
    /// @param choice the model, and what others lend it
    /// @return completes with what `work` returned, or exceptionally with an [org.lodestar.engine.fault.EngineException]
    <T> CompletableFuture<T> study(ModelChoice choice, DeviceWish wish, BiFunction<ModelPackage, CancelToken, T> work);

    /// Tokens of `text`, its syntax taken out, with the tokenizer of the loaded model; completes with 0 of 0 while none is loaded.
    CompletableFuture<TokenCount> count(String text, Dialect syntax);

    /// Queues a run. It waits for those before it.
    ///
    /// @throws org.lodestar.engine.fault.EngineException.InvalidInput with everything wrong in the request that shows without the model
    RunHandle submit(RunRequest request);

    /// As [#submit(RunRequest)], but the run holds before its step `pauseBefore`, once, as if it was paused there: to look at the first steps of many before going on with some.
    ///
    /// @throws org.lodestar.engine.fault.EngineException.InvalidInput as [#submit(RunRequest)]
    RunHandle submit(RunRequest request, int pauseBefore);

    /// Continues `parent` from before its step `step` with `change`, as a new run of one lane. Without a change it reproduces the parent bit for bit.
    ///
    /// @throws org.lodestar.engine.fault.EngineException.InvalidInput if the step is not done yet or the change is not valid
    RunHandle fork(RunHandle parent, int lane, int step, Change change, OutputPlan output);

    /// Cancels what runs, then releases the model. Waits.
    @Override
    void close();
}
