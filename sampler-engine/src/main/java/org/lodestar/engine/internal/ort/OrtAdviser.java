package org.lodestar.engine.internal.ort;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.lodestar.engine.codec.Tokenizer;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.image.Resize;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Advice;
import org.lodestar.engine.model.Adviser;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Consultation;
import org.lodestar.engine.model.Embedding;
import org.lodestar.engine.pack.Companions;
import org.lodestar.engine.pack.Companions.Sight;
import org.lodestar.engine.pack.Companions.Viewer;
import org.lodestar.engine.pack.ModelPart;

/// Answers consultations with the companions of a model folder. Their networks are opened when first asked.
///
/// A cosine of picture and text is that of two embeddings: the scorer's of the picture, and its text side's of the words, or the mean hidden state of the model's own text encoder.
final class OrtAdviser implements Adviser {
    private final Companions companions;
    private final Map<String, LazyNet> nets;
    private final Tokenizer tokenizer;
    private final OrtTextEncoder encoder;
    private final OrtLatentCodec codec;
    private final TextCache<String, float[]> texts = new TextCache<>();

    /// @param nets      networks of `companions` by role
    /// @param tokenizer of the model, for a scorer with a text side of its own
    OrtAdviser(Companions companions, Map<String, LazyNet> nets, Tokenizer tokenizer, OrtTextEncoder encoder, OrtLatentCodec codec) {
        this.companions = companions;
        this.nets = Map.copyOf(nets);
        this.tokenizer = tokenizer;
        this.encoder = encoder;
        this.codec = codec;
    }

    @Override
    public Set<Consultation.Kind> kinds() {
        return companions.kinds();
    }

    @Override
    public List<String> labels() {
        return companions.labels();
    }

    @Override
    public Advice answer(Consultation question, CancelToken cancel) {
        if (!kinds().contains(question.kind())) {
            return Adviser.NONE.answer(question, cancel);
        }
        return switch (question) {
            case Consultation.Classes(Latents denoised) -> classes(companions.classifier().orElseThrow(), denoised, cancel);
            case Consultation.Gradient(Latents denoised, int label) -> gradient(companions.gradient().orElseThrow(), denoised, label, cancel);
            case Consultation.Likeness(Latents denoised, List<String> words) -> likeness(companions.scorer().orElseThrow(), denoised, words, cancel);
        };
    }

    private Advice.Classes classes(Viewer classifier, Latents denoised, CancelToken cancel) {
        float[] row = look(classifier, denoised, cancel);
        if (row.length != labels().size()) {
            throw new EngineException.InferenceFailure(classifier.part().where() + " gave " + row.length + " logits for " + labels().size()
                    + " labels. Use the labels.txt that belongs to it.", null);
        }
        List<Double> logits = new ArrayList<>(row.length);
        for (float logit : row) {
            logits.add((double) logit);
        }
        return new Advice.Classes(logits);
    }

    private Advice.Gradient gradient(Companions.Gradient graph, Latents denoised, int label, CancelToken cancel) {
        Objects.checkIndex(label, labels().size());
        try (OrtNet.Call call = net(graph.part()).call()) {
            call.input(graph.latents().name(), shape(denoised)).write(0, denoised::copyTo);
            call.input(graph.label().name(), graph.label().rank() == 0 ? new long[0] : new long[] {1}).fill(label);
            HostTensor output = call.output(graph.output().name(), shape(denoised));
            call.run(cancel);
            Latents direction = output.read(0, denoised.size(), values -> Latents.read(denoised.channels(), denoised.height(), denoised.width(), values));
            checkFinite(graph.part(), direction.toArray());
            return new Advice.Gradient(direction);
        }
    }

    private Advice.Likeness likeness(Companions.Scorer scorer, Latents denoised, List<String> words, CancelToken cancel) {
        float[] picture = look(scorer.picture(), denoised, cancel);
        List<Double> cosines = new ArrayList<>(words.size());
        for (String text : words) {
            cosines.add(cosine(scorer, picture, embedding(scorer, text, cancel)));
        }
        return new Advice.Likeness(cosines);
    }

    /// What a network answers to a picture.
    private float[] look(Viewer viewer, Latents denoised, CancelToken cancel) {
        // Decoded before the call begins: it may ask a network of its own.
        float[] seen = switch (viewer.sight()) {
            case Sight.OfLatents _ -> denoised.toArray();
            case Sight.OfPictures _ -> new float[0];
        };
        long[] shape = shape(denoised);
        if (viewer.sight() instanceof Sight.OfPictures sight) {
            Rgb picture = picture(denoised, cancel);
            Rgb resized = Resize.to(picture, sight.width() > 0 ? sight.width() : picture.width(), sight.height() > 0 ? sight.height() : picture.height());
            seen = planes(resized, sight);
            shape = new long[] {1, 3, resized.height(), resized.width()};
        }
        float[] values = seen;
        try (OrtNet.Call call = net(viewer.part()).call()) {
            call.input(viewer.input().name(), shape).write(0, target -> target.put(values));
            return row(viewer.part(), call, viewer.output().name(), cancel);
        }
    }

    private static float[] row(ModelPart part, OrtNet.Call call, String output, CancelToken cancel) {
        float[] row = Objects.requireNonNull(call.run(cancel, Set.of(output)).get(output)).toArray();
        checkFinite(part, row);
        return row;
    }

    private Rgb picture(Latents denoised, CancelToken cancel) {
        if (companions.preview().isEmpty()) {
            return codec.decode(denoised, cancel);
        }
        return PreviewDecoder.decode(net(companions.preview().get()), denoised, PreviewDecoder.Range.BOTH_SIDES, cancel);
    }

    /// The picture as the network wants it, channel by channel.
    private static float[] planes(Rgb picture, Sight.OfPictures sight) {
        float[] planes = new float[3 * picture.height() * picture.width()];
        int next = 0;
        for (int channel = 0; channel < 3; channel++) {
            double mean = sight.mean().get(channel);
            double std = sight.std().get(channel);
            for (int y = 0; y < picture.height(); y++) {
                for (int x = 0; x < picture.width(); x++) {
                    double value = sight.low() + (sight.high() - sight.low()) * picture.at(x, y, channel) / 255;
                    planes[next++] = (float) ((value - mean) / std);
                }
            }
        }
        return planes;
    }

    private float[] embedding(Companions.Scorer scorer, String text, CancelToken cancel) {
        float[] known = texts.get(text);
        if (known != null) {
            return known;
        }
        float[] made = scorer.text().isPresent() ? ownText(scorer.text().get(), text, cancel) : meanState(text, scorer.textMean(), cancel);
        texts.put(text, made);
        return made;
    }

    private float[] ownText(Companions.TextSide side, String text, CancelToken cancel) {
        int[] ids = tokenizer.encode(text);
        try (OrtNet.Call call = net(side.part()).call()) {
            HostTensor input = call.input(side.ids().name(), 1, ids.length);
            for (int i = 0; i < ids.length; i++) {
                input.set(i, ids[i]);
            }
            return row(side.part(), call, side.output().name(), cancel);
        }
    }

    /// The mean of the hidden states over the tokens of the text and its marks, less `mean`.
    private float[] meanState(String text, List<Double> mean, CancelToken cancel) {
        Embedding states = Objects.requireNonNull(encoder.encode(text, cancel).tensors().get(OrtTextEncoder.STATES));
        int rows = states.shape()[0];
        int width = states.shape()[1];
        int marks = rows - encoder.count(text).capacity();
        int tokens = Math.clamp(encoder.count(text).used() + marks, 1, rows);
        float[] result = new float[width];
        for (int i = 0; i < width; i++) {
            double sum = 0;
            for (int row = 0; row < tokens; row++) {
                sum += states.at(row * width + i);
            }
            result[i] = (float) (sum / tokens - (i < mean.size() ? mean.get(i) : 0));
        }
        return result;
    }

    private static double cosine(Companions.Scorer scorer, float[] picture, float[] text) {
        if (picture.length != text.length) {
            throw new EngineException.InferenceFailure(scorer.picture().part().where() + " describes pictures by " + picture.length + " numbers and texts by " + text.length
                    + ". Use parts of the same scorer.", null);
        }
        double pp = 0;
        double tt = 0;
        double pt = 0;
        for (int i = 0; i < picture.length; i++) {
            pp += (double) picture[i] * picture[i];
            tt += (double) text[i] * text[i];
            pt += (double) picture[i] * text[i];
        }
        return pp == 0 || tt == 0 ? 0 : Math.clamp(pt / Math.sqrt(pp * tt), -1, 1);
    }

    private static void checkFinite(ModelPart part, float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new EngineException.NumericalFailure(part.where() + " gave numbers that are not finite. Use a full-precision export of it.");
            }
        }
    }

    private OrtNet net(ModelPart part) {
        return Objects.requireNonNull(nets.get(part.role())).get();
    }

    private static long[] shape(Latents z) {
        return new long[] {1, z.channels(), z.height(), z.width()};
    }
}
