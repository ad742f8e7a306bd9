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
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.pack.OnnxFile.Port;

/// The autoencoder as ONNX networks. Pictures are -1..1 on the network's side; one at a time, since larger batches gain nothing and go wrong in some half-precision decoders. Large pictures, and those
/// for which memory ran out, are done in [Tiles], both ways.
final class OrtLatentCodec implements LatentCodec {
    private static final float LEAST_LOG_VARIANCE = -30;
    private static final float MOST_LOG_VARIANCE = 20;

    private final OrtNet decoder;
    private final @Nullable LazyNet exactDecoder;
    private final @Nullable LazyNet encoder;
    private final @Nullable LazyNet exactEncoder;
    private final LatentFormat format;

    OrtLatentCodec(OrtNet decoder, @Nullable LazyNet exactDecoder, @Nullable LazyNet encoder, LatentFormat format) {
        this(decoder, exactDecoder, encoder, null, format);
    }

    /// @param exactDecoder the same decoder on the CPU, which computes half-precision networks in full precision; asked when `decoder` overflows or gives
    ///                     a flat or black picture
    /// @param exactEncoder likewise, asked when `encoder` overflows
    OrtLatentCodec(OrtNet decoder, @Nullable LazyNet exactDecoder, @Nullable LazyNet encoder, @Nullable LazyNet exactEncoder, LatentFormat format) {
        this.decoder = decoder;
        this.exactDecoder = exactDecoder;
        this.encoder = encoder;
        this.exactEncoder = exactEncoder;
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
        int unit = format.downscale();
        float[] planes = Tiles.cover(z.height(), z.width(), 3, unit, takesAnySize(net), tile -> planes(net, tile.cut(z, 1), cancel));
        return toPicture(FloatBuffer.wrap(planes), z.width() * unit, z.height() * unit);
    }

    private static boolean takesAnySize(OrtNet net) {
        Port input = net.header().inputs().getFirst();
        return input.fixed(2) <= 0 && input.fixed(3) <= 0;
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
        try {
            return posterior(encoder.get(), image, cancel);
        } catch (EngineException.NumericalFailure e) {
            if (exactEncoder == null) {
                throw e;
            }
            return posterior(exactEncoder.get(), image, cancel);
        }
    }

    private Posterior posterior(OrtNet net, Latents image, CancelToken cancel) {
        int unit = format.downscale();
        int width = image.width() / unit;
        int height = image.height() / unit;
        Port port = net.header().outputs().getFirst();
        // "latent_parameters" holds mean and log variance, one after the other; other exports hold one set of latents.
        int channels = port.name().equals("latent_parameters") ? 2 * format.channels() : format.channels();
        float[] values = Tiles.cover(height, width, channels, 1, takesAnySize(net), tile -> encoded(net, tile.cut(image, unit), channels, cancel));
        int size = format.channels() * height * width;
        Latents raw = Latents.read(format.channels(), height, width, FloatBuffer.wrap(values, 0, size));
        if (!LatentOps.isFinite(raw)) {
            throw new EngineException.NumericalFailure(
                    net.name() + " gave numbers that are not latents (not-a-number or infinite). A half-precision encoder may overflow: use a full-precision export of it.");
        }
        Latents mean = raw.like(i -> (raw.at(i) - format.shift()) * format.scale());
        if (channels == format.channels()) {
            return new Posterior(mean, Latents.zeros(format.channels(), height, width));
        }
        Latents logVariance = Latents.read(format.channels(), height, width, FloatBuffer.wrap(values, size, size));
        return new Posterior(mean, logVariance.like(i -> StrictMath.exp(0.5 * Math.clamp(logVariance.at(i), LEAST_LOG_VARIANCE, MOST_LOG_VARIANCE)) * format.scale()));
    }

    /// The encoder's output for a picture whose sides are multiples of a cell.
    private float[] encoded(OrtNet net, Latents image, int channels, CancelToken cancel) {
        try (OrtNet.Call call = net.call()) {
            call.input(net.header().inputs().getFirst().name(), 1, 3, image.height(), image.width()).write(0, image::copyTo);
            HostTensor output = call.output(
                    net.header().outputs().getFirst().name(), 1, channels, image.height() / format.downscale(), image.width() / format.downscale());
            call.run(cancel);
            float[] values = new float[output.size()];
            output.read(0, output.size(), buffer -> buffer.get(values));
            return values;
        }
    }
}
