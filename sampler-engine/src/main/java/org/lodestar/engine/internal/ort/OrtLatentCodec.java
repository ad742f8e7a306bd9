package org.lodestar.engine.internal.ort;

import java.nio.FloatBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.codec.LatentCodec;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.image.Blank;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.latent.LatentFormat;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.pack.OnnxFile.Port;

/// The autoencoder as ONNX networks. Pictures are -1..1 on the network's side; one at a time, since larger batches gain nothing and go wrong in some
/// half-precision decoders.
final class OrtLatentCodec implements LatentCodec {
    private static final float LEAST_LOG_VARIANCE = -30;
    private static final float MOST_LOG_VARIANCE = 20;

    private final OrtNet decoder;
    private final @Nullable LazyNet exactDecoder;
    private final @Nullable LazyNet encoder;
    private final LatentFormat format;

    /// @param exactDecoder the same decoder on the CPU, which computes half-precision networks in full precision; asked when `decoder` overflows or gives
    ///                     a flat or black picture
    OrtLatentCodec(OrtNet decoder, @Nullable LazyNet exactDecoder, @Nullable LazyNet encoder, LatentFormat format) {
        this.decoder = decoder;
        this.exactDecoder = exactDecoder;
        this.encoder = encoder;
        this.format = format;
    }

    @Override
    public boolean canEncode() {
        return encoder != null;
    }

    @Override
    public Rgb decode(Latents z, CancelToken cancel) {
        try {
            Rgb picture = decode(decoder, z, cancel);
            return exactDecoder == null || Blank.of(picture) == Blank.NO ? picture : decode(exactDecoder.get(), z, cancel);
        } catch (EngineException.NumericalFailure e) {
            if (exactDecoder == null) {
                throw e;
            }
            return decode(exactDecoder.get(), z, cancel);
        }
    }

    private Rgb decode(OrtNet net, Latents z, CancelToken cancel) {
        int width = z.width() * format.downscale();
        int height = z.height() * format.downscale();
        if (!Tiles.needed(z)) {
            return toPicture(FloatBuffer.wrap(planes(net, z, cancel)), width, height);
        }
        Tiles tiles = new Tiles(z, format.downscale());
        tiles.forEach(tile -> tiles.add(tile, planes(net, tile.cut(z), cancel)));
        return toPicture(FloatBuffer.wrap(tiles.planes()), width, height);
    }

    /// The decoder's output, three planes in -1..1.
    private float[] planes(OrtNet net, Latents z, CancelToken cancel) {
        float scale = (float) (1 / format.scale());
        float shift = (float) format.shift();
        try (OrtNet.Call call = net.call()) {
            call.input(net.header().inputs().getFirst().name(), 1, z.channels(), z.height(), z.width()).write(0, target -> {
                for (int i = 0; i < z.size(); i++) {
                    target.put(z.at(i) * scale + shift);
                }
            });
            HostTensor output = call.output(
                    net.header().outputs().getFirst().name(), 1, 3, (long) z.height() * format.downscale(), (long) z.width() * format.downscale());
            call.run(cancel);
            float[] planes = new float[output.size()];
            output.read(0, output.size(), values -> values.get(planes));
            return planes;
        }
    }

    /// Three planes in -1..1 as a picture.
    static Rgb toPicture(FloatBuffer planes, int width, int height) {
        byte[] bytes = new byte[width * height * 3];
        int plane = width * height;
        for (int pixel = 0; pixel < plane; pixel++) {
            for (int channel = 0; channel < 3; channel++) {
                float value = planes.get(channel * plane + pixel);
                if (!Float.isFinite(value)) {
                    throw new EngineException.NumericalFailure(
                            "The decoder gave numbers that are not a picture (not-a-number or infinite). A half-precision decoder may overflow: use a "
                                    + "full-precision export of the decoder.");
                }
                bytes[pixel * 3 + channel] = (byte) Math.round(Math.clamp(value * 0.5f + 0.5f, 0f, 1f) * 255f);
            }
        }
        return Rgb.adopt(width, height, bytes);
    }

    @Override
    public Posterior posterior(Latents image, CancelToken cancel) {
        if (encoder == null) {
            throw new EngineException.ModelProblem(
                    List.of(new Problem("vae_encoder", "an encoder, to start from a picture", "none in this model",
                            "Use a model with a vae_encoder folder")), null);
        }
        int unit = format.downscale();
        if (image.width() % unit != 0 || image.height() % unit != 0) {
            throw new EngineException.InvalidInput(
                    "picture", "sides that are multiples of " + unit, image.width() + "x" + image.height(), "Resize or crop the picture");
        }
        int width = image.width() / unit;
        int height = image.height() / unit;
        OrtNet net = encoder.get();
        Port port = net.header().outputs().getFirst();
        // "latent_parameters" holds mean and log variance, one after the other; other exports hold one set of latents.
        int channels = port.name().equals("latent_parameters") ? 2 * format.channels() : format.channels();
        try (OrtNet.Call call = net.call()) {
            call.input(net.header().inputs().getFirst().name(), 1, 3, image.height(), image.width())
                    .write(0, image::copyTo);
            HostTensor output = call.output(port.name(), 1, channels, height, width);
            call.run(cancel);
            int size = format.channels() * height * width;
            Latents raw = output.read(0, size, values -> Latents.read(format.channels(), height, width, values));
            Latents mean = raw.like(i -> (raw.at(i) - format.shift()) * format.scale());
            if (channels == format.channels()) {
                return new Posterior(mean, Latents.zeros(format.channels(), height, width));
            }
            Latents logVariance = output.read(size, size, values -> Latents.read(format.channels(), height, width, values));
            return new Posterior(mean, logVariance.like(i -> StrictMath.exp(0.5 * Math.clamp(logVariance.at(i), LEAST_LOG_VARIANCE, MOST_LOG_VARIANCE)) * format.scale()));
        }
    }
}
