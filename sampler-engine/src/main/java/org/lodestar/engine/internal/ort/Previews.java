package org.lodestar.engine.internal.ort;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.latent.LatentFormat;
import org.lodestar.engine.latent.LatentFormat.RgbFactors;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.pack.KeyedCache;
import org.lodestar.engine.pack.ModelFolder;
import org.lodestar.engine.pack.ModelPart;
import org.lodestar.engine.pack.OnnxFile.Port;
import org.lodestar.engine.preview.DetailedPreviewer;
import org.lodestar.engine.preview.LatentPreviewer;
import org.lodestar.engine.preview.LatentRgbFit;
import org.lodestar.engine.preview.LinearPreviewer;

/// What pictures of a model's steps are made with: the linear factors of its family, or such as fit its own decoder, and a preview decoder where there is one that answers.
///
/// @param decoderHash content of the decoder, asked where factors have to be fitted
/// @param opener      opens a network for previews
record Previews(ModelFolder.Contents contents, KeyedCache cache, Supplier<String> decoderHash, Function<ModelPart, LazyNet> opener, CancelToken cancel) {
    /// Side of the latents with which a preview decoder is tried.
    private static final int TRIAL_CELLS = 8;

    /// @param codec    the model's own decoder, for fitting
    /// @param warnings told why a preview decoder is not used
    LatentPreviewer of(OrtLatentCodec codec, List<String> warnings) {
        LatentPreviewer linear = linear(codec);
        Optional<ModelPart> part = contents.preview();
        if (part.isEmpty()) {
            return linear;
        }
        LazyNet net = opener.apply(part.get());
        try {
            return new DetailedPreviewer(linear, new OrtPreviewer(linear, net, PreviewDecoder.tried(net.get(), trial(part.get().header().inputs().getFirst()), cancel)));
        } catch (EngineException e) {
            warnings.add("The preview decoder is not used: " + e.getMessage());
            return linear;
        }
    }

    /// Latents with as much to see in them as noise.
    private Latents trial(Port input) {
        int height = Math.toIntExact(input.fixed(2) > 0 ? input.fixed(2) : TRIAL_CELLS);
        int width = Math.toIntExact(input.fixed(3) > 0 ? input.fixed(3) : TRIAL_CELLS);
        return Latents.zeros(contents.format().channels(), height, width).like(i -> 2 * StrictMath.sin(12.9898 * i));
    }

    /// The known preview factors of the family, or those fitted to this decoder, once.
    private LatentPreviewer linear(OrtLatentCodec codec) {
        LatentFormat format = contents.format();
        Optional<RgbFactors> usual = contents.family().previewFactors().filter(factors -> factors.weights().size() == format.channels());
        if (usual.isPresent()) {
            return new LinearPreviewer(usual.get());
        }
        String key = "fit 1\n" + decoderHash.get();
        Optional<RgbFactors> known = cache.get("preview", key).flatMap(text -> parse(text, format.channels()));
        if (known.isPresent()) {
            return new LinearPreviewer(known.get());
        }
        RgbFactors factors = fit(codec, format);
        cache.put("preview", key, print(factors));
        return new LinearPreviewer(factors);
    }

    private RgbFactors fit(OrtLatentCodec codec, LatentFormat format) {
        try {
            return (codec.canEncode()
                            ? LatentRgbFit.of(format.channels(), format.downscale(), z -> codec.decode(z, cancel), image -> codec.encode(image, cancel))
                            : LatentRgbFit.of(format.channels(), z -> codec.decode(z, cancel)))
                    .factors();
        } catch (EngineException.NumericalFailure e) {
            // A decoder that overflows on made-up latents may still decode real ones: show the first channels as they are.
            return firstChannels(format.channels());
        }
    }

    private static RgbFactors firstChannels(int channels) {
        return new RgbFactors(
                IntStream.range(0, channels).mapToObj(c -> List.of(c == 0 ? 0.3 : 0.0, c == 1 ? 0.3 : 0.0, c == 2 ? 0.3 : 0.0)).toList(), List.of(0.0, 0.0, 0.0));
    }

    private static String print(RgbFactors factors) {
        return Stream.concat(factors.weights().stream(), Stream.of(factors.bias()))
                .map(row -> row.stream().map(String::valueOf).collect(Collectors.joining(" ")))
                .collect(Collectors.joining("\n"));
    }

    private static Optional<RgbFactors> parse(String text, int channels) {
        try {
            List<List<Double>> rows = text.lines()
                    .map(line -> Stream.of(line.split(" ")).map(Double::valueOf).toList())
                    .filter(row -> row.size() == 3)
                    .toList();
            boolean sound = rows.size() == channels + 1 && rows.stream().flatMap(List::stream).mapToDouble(Double::doubleValue).allMatch(Double::isFinite);
            return sound ? Optional.of(new RgbFactors(rows.subList(0, channels), rows.getLast())) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
