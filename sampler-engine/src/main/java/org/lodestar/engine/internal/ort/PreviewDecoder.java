package org.lodestar.engine.internal.ort;

import java.nio.FloatBuffer;
import java.util.Objects;
import java.util.Set;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Embedding;

/// What a small decoder makes of latents as they are: a picture of any size, in -1..1 as pipelines have it or in 0..1 as the TAESD decoders give it that were exported without one.
final class PreviewDecoder {
    /// Values of noise go well below this where black is -1.
    private static final float DARK = -0.2f;

    private PreviewDecoder() {}

    /// What black and white are.
    enum Range {
        /// -1 and 1
        BOTH_SIDES,
        /// 0 and 1
        UNIT
    }

    /// The range of a network, told by what it makes of noise.
    ///
    /// @throws EngineException if the network fails, or gives no picture
    static Range tried(OrtNet net, Latents noise, CancelToken cancel) {
        float least = Float.POSITIVE_INFINITY;
        for (float value : planes(net, noise, cancel).toArray()) {
            least = Math.min(least, value);
        }
        return least < DARK ? Range.BOTH_SIDES : Range.UNIT;
    }

    /// @throws EngineException if the network fails, or gives no picture
    static Rgb decode(OrtNet net, Latents z, Range range, CancelToken cancel) {
        Embedding planes = planes(net, z, cancel);
        float[] values = planes.toArray();
        if (range == Range.UNIT) {
            for (int i = 0; i < values.length; i++) {
                values[i] = 2 * values[i] - 1;
            }
        }
        return OrtLatentCodec.toPicture(FloatBuffer.wrap(values), planes.shape()[2], planes.shape()[1]);
    }

    private static Embedding planes(OrtNet net, Latents z, CancelToken cancel) {
        try (OrtNet.Call call = net.call()) {
            call.input(net.header().inputs().getFirst().name(), 1, z.channels(), z.height(), z.width()).write(0, z::copyTo);
            String output = net.header().outputs().getFirst().name();
            Embedding planes = Objects.requireNonNull(call.run(cancel, Set.of(output)).get(output));
            if (planes.shape().length != 3 || planes.shape()[0] != 3) {
                throw new EngineException.InferenceFailure(net.name() + " gave no picture of three channels. Export it again.", null);
            }
            return planes;
        }
    }
}
