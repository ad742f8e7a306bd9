package org.lodestar.engine.pack;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.lodestar.engine.model.Consultation;
import org.lodestar.engine.pack.OnnxFile.Port;

/// The parts of a model folder that look at pictures, checked and ready to be loaded.
///
/// @param labels     what classifier and gradient tell apart; empty without both
/// @param classifier picture to logits
/// @param gradient   latents and label to a direction
/// @param scorer     picture and text to a cosine
/// @param preview    a small decoder for those that look at pictures, in place of the autoencoder's
/// @param files      files that belong to them beside the networks: labels, preprocessing
public record Companions(
        List<String> labels, Optional<Viewer> classifier, Optional<Gradient> gradient, Optional<Scorer> scorer, Optional<ModelPart> preview, List<Path> files) {

    static final String CLASSIFIER = "classifier";
    static final String GRADIENT = "gradient";
    static final String SCORER = "scorer";
    static final String SCORER_TEXT = "scorer/text";
    static final String PREVIEW_DECODER = "preview_decoder";

    /// None.
    public static final Companions NONE =
            new Companions(List.of(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), List.of());

    public Companions {
        labels = List.copyOf(labels);
        files = List.copyOf(files);
    }

    /// A network that is shown one picture.
    ///
    /// @param input what shows it the picture
    /// @param output what is read, `[1, n]`
    /// @param sight how the picture is prepared
    public record Viewer(ModelPart part, Port input, Port output, Sight sight) {}

    /// How a companion sees.
    public sealed interface Sight {
        /// The latents as they are.
        record OfLatents() implements Sight {}

        /// A picture: resized, black and white mapped to `low` and `high`, then `(value - mean)/std` per channel.
        ///
        /// @param width  pixels, or 0 to keep the picture's size
        /// @param height pixels, or 0
        record OfPictures(int width, int height, double low, double high, List<Double> mean, List<Double> std) implements Sight {
            public OfPictures {
                mean = List.copyOf(mean);
                std = List.copyOf(std);
            }
        }
    }

    /// A classifier with its backward pass in the graph.
    ///
    /// @param latents where the picture goes in
    /// @param label   where the index of the label goes in
    /// @param output  the gradient, shaped like the latents
    public record Gradient(ModelPart part, Port latents, Port label, Port output) {}

    /// Both sides of an image-text scorer.
    ///
    /// @param picture  picture to embedding
    /// @param text     token ids to embedding; without it the mean of the hidden states of the model's own text encoder, less `textMean`
    /// @param textMean what is subtracted; empty for nothing
    public record Scorer(Viewer picture, Optional<TextSide> text, List<Double> textMean) {
        public Scorer {
            textMean = List.copyOf(textMean);
        }
    }

    /// @param ids    where the tokens go in
    /// @param output the embedding
    public record TextSide(ModelPart part, Port ids, Port output) {}

    /// What they can be asked.
    public Set<Consultation.Kind> kinds() {
        Set<Consultation.Kind> kinds = EnumSet.noneOf(Consultation.Kind.class);
        classifier.ifPresent(found -> kinds.add(Consultation.Kind.CLASSES));
        gradient.ifPresent(found -> kinds.add(Consultation.Kind.GRADIENT));
        scorer.ifPresent(found -> kinds.add(Consultation.Kind.LIKENESS));
        return Set.copyOf(kinds);
    }

    /// All their networks.
    public Stream<ModelPart> parts() {
        return Stream.of(
                        classifier.map(Viewer::part),
                        gradient.map(Gradient::part),
                        scorer.map(found -> found.picture().part()),
                        scorer.flatMap(Scorer::text).map(TextSide::part),
                        preview)
                .flatMap(Optional::stream);
    }
}
