package org.lodestar.engine.internal.ort;

import java.nio.FloatBuffer;
import java.util.Objects;
import java.util.Set;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Embedding;

/// What a small decoder makes of latents as they are: a picture in -1..1 of any size.
final class PreviewDecoder {
    private PreviewDecoder() {}

    /// @throws EngineException if the network fails, or gives no picture
    static Rgb decode(OrtNet net, Latents z, CancelToken cancel) {
        try (OrtNet.Call call = net.call()) {
            call.input(net.header().inputs().getFirst().name(), 1, z.channels(), z.height(), z.width()).write(0, z::copyTo);
            String output = net.header().outputs().getFirst().name();
            Embedding planes = Objects.requireNonNull(call.run(cancel, Set.of(output)).get(output));
            if (planes.shape().length != 3 || planes.shape()[0] != 3) {
                throw new EngineException.InferenceFailure(net.name() + " gave no picture of three channels. Export it again.", null);
            }
            return OrtLatentCodec.toPicture(FloatBuffer.wrap(planes.toArray()), planes.shape()[2], planes.shape()[1]);
        }
    }
}
