package org.lodestar.engine.internal.ort;

import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.pack.ModelLoader;

/// Makes a picture size ready on a device that compiles networks for the shapes they are called with: asks the denoiser once, with the phase shown meanwhile. The answer is thrown away.
///
/// @param form   of the denoiser
/// @param phase  shown while it is compiled
/// @param asking asks the denoiser once
record Preparation(CompiledForm form, String phase, Asking asking) {
    /// For devices that compile nothing.
    static final Preparation NOTHING = new Preparation(CompiledForm.NONE, "", (width, height, cancel) -> {});

    /// One call for a picture of that size in pixels.
    @FunctionalInterface
    interface Asking {
        void ask(int width, int height, CancelToken cancel);
    }

    void prepare(int width, int height, ModelLoader.LoadListener listener, CancelToken cancel) {
        if (form.folder().isEmpty() || form.serves(width, height)) {
            return;
        }
        listener.phase(phase, 0.9);
        asking.ask(width, height, cancel);
        form.served(width, height);
    }
}
