package org.lodestar.engine.pack;

import org.lodestar.engine.codec.LatentCodec;
import org.lodestar.engine.codec.TextEncoder;
import org.lodestar.engine.latent.LatentFormat;
import org.lodestar.engine.model.Adviser;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Denoiser;
import org.lodestar.engine.model.Parameterization;
import org.lodestar.engine.preview.LatentPreviewer;
import org.lodestar.engine.schedule.NoiseSchedule;

/// A loaded, checked model. Owns its native sessions; used from one thread at a time; closing is idempotent and waits for a running call.
public interface ModelPackage extends AutoCloseable {
    ModelInfo info();

    TextEncoder text();

    Denoiser denoiser();

    /// The companions that look at pictures; [Adviser#NONE] without any.
    default Adviser adviser() {
        return Adviser.NONE;
    }

    LatentCodec codec();

    /// The noise levels it was trained on; those of a base picture size where they depend on it.
    NoiseSchedule schedule();

    /// The noise levels for pictures of that size in pixels.
    default NoiseSchedule schedule(int width, int height) {
        return schedule();
    }

    Parameterization parameterization();

    LatentFormat latentFormat();

    /// Latent cells: the denoiser takes states whose sides are multiples of it.
    default int latentUnit() {
        return Math.max(1, info().sizes().multipleOf() / latentFormat().downscale());
    }

    /// What the denoiser is shown beside the noisy state.
    default PictureInput pictureInput() {
        return PictureInput.NONE;
    }

    /// Free approximate pictures of latents. Safe to use from any thread, also while the model runs.
    LatentPreviewer previewer();

    /// Makes pictures of that size ready where the device compiles networks for it, which may take minutes; does nothing elsewhere and for sizes that are ready.
    ///
    /// @param listener told if it takes long
    /// @throws org.lodestar.engine.model.Cancelled if cancelled meanwhile
    default void prepare(int width, int height, ModelLoader.LoadListener listener, CancelToken cancel) {}

    @Override
    void close();
}
