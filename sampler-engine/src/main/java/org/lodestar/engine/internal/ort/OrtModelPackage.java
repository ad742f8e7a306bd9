package org.lodestar.engine.internal.ort;

import java.util.List;
import org.lodestar.engine.codec.LatentCodec;
import org.lodestar.engine.codec.TextEncoder;
import org.lodestar.engine.latent.LatentFormat;
import org.lodestar.engine.model.Adviser;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Denoiser;
import org.lodestar.engine.model.Parameterization;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.pack.ModelLoader;
import org.lodestar.engine.pack.ModelPackage;
import org.lodestar.engine.pack.PictureInput;
import org.lodestar.engine.pack.SchedulerConfig;
import org.lodestar.engine.preview.LatentPreviewer;
import org.lodestar.engine.schedule.NoiseSchedule;

/// A model on ONNX Runtime. Closes its networks in reverse order of opening.
///
/// @param patch latent cells per token of the denoiser, along each axis
/// @param preparation what makes a picture size ready
record OrtModelPackage(
        ModelInfo info,
        TextEncoder text,
        Denoiser denoiser,
        Adviser adviser,
        LatentCodec codec,
        SchedulerConfig noise,
        LatentFormat latentFormat,
        int patch,
        PictureInput pictureInput,
        LatentPreviewer previewer,
        Preparation preparation,
        List<HeldNet> nets)
        implements ModelPackage {

    @Override
    public NoiseSchedule schedule() {
        return noise.schedule();
    }

    /// Shifted by the number of tokens of the picture, where the scheduler file says so.
    @Override
    public NoiseSchedule schedule(int width, int height) {
        int token = latentFormat.downscale() * patch;
        return noise.dynamicShift().map(shift -> shift.schedule(height / token * (width / token))).orElse(noise.schedule());
    }

    @Override
    public Parameterization parameterization() {
        return noise.parameterization();
    }

    @Override
    public void prepare(int width, int height, ModelLoader.LoadListener listener, CancelToken cancel) {
        preparation.prepare(width, height, listener, cancel);
    }

    @Override
    public void close() {
        nets.reversed().forEach(HeldNet::close);
        NativeHeap.giveBack();
    }
}
