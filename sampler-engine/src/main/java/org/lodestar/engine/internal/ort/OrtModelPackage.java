package org.lodestar.engine.internal.ort;

import java.util.List;
import org.lodestar.engine.codec.LatentCodec;
import org.lodestar.engine.codec.TextEncoder;
import org.lodestar.engine.latent.LatentFormat;
import org.lodestar.engine.model.Adviser;
import org.lodestar.engine.model.Denoiser;
import org.lodestar.engine.model.Parameterization;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.pack.ModelPackage;
import org.lodestar.engine.pack.PictureInput;
import org.lodestar.engine.preview.LatentPreviewer;
import org.lodestar.engine.schedule.NoiseSchedule;

/// A model on ONNX Runtime. Closes its networks in reverse order of opening.
record OrtModelPackage(
        ModelInfo info,
        TextEncoder text,
        Denoiser denoiser,
        Adviser adviser,
        LatentCodec codec,
        NoiseSchedule schedule,
        Parameterization parameterization,
        LatentFormat latentFormat,
        PictureInput pictureInput,
        LatentPreviewer previewer,
        List<HeldNet> nets)
        implements ModelPackage {

    @Override
    public void close() {
        nets.reversed().forEach(HeldNet::close);
    }
}
