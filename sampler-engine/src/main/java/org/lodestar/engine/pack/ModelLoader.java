package org.lodestar.engine.pack;

import java.nio.file.Path;
import java.util.List;
import org.lodestar.engine.model.CancelToken;

/// Opens model folders.
public interface ModelLoader {

    /// What is in `folder`; never throws for bad content.
    PackageReport inspect(Path folder);

    /// Refuses what [#open] would refuse by the files alone, before anything is given up for it.
    ///
    /// @param lent whose `model` is a folder, absolute
    /// @throws org.lodestar.engine.fault.EngineException.ModelProblem with everything that is wrong
    default void check(Path folder, List<Lent> lent) {}

    /// Loads `folder` completely or not at all.
    ///
    /// @throws org.lodestar.engine.fault.EngineException.ModelProblem with everything that is wrong
    /// @throws org.lodestar.engine.model.Cancelled if cancelled meanwhile
    default ModelPackage open(Path folder, DeviceWish wish, LoadListener listener, CancelToken cancel) {
        return open(folder, List.of(), wish, listener, cancel);
    }

    /// The same, with nets of other models in roles beside its own.
    ///
    /// @param lent whose `model` is a folder, absolute
    ModelPackage open(Path folder, List<Lent> lent, DeviceWish wish, LoadListener listener, CancelToken cancel);

    /// Every provider, tried: what works here, and why the rest does not. Takes seconds where a GPU is there.
    ///
    /// @param wish names the plugin to try, if it is one
    default List<Device.Attempt> devices(DeviceWish wish) {
        return List.of();
    }

    /// The same loader, which also opens models that need more memory than the machine has ([MemoryNeed]).
    default ModelLoader allowingAnyMemory() {
        return this;
    }

    /// Told what loading is doing, on the loading thread.
    @FunctionalInterface
    interface LoadListener {
        /// @param phase for people: "text encoder", "denoiser", ...
        /// @param fraction 0..1 of the whole
        void phase(String phase, double fraction);

        LoadListener SILENT = (phase, fraction) -> {};
    }
}
