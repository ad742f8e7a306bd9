package org.lodestar.engine.guidance;

import java.util.Comparator;
import java.util.Map;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.model.Embedding;

/// What a text means to a model's own text encoder, as one vector.
///
/// ```
/// v = pooled - pooled_empty                     where the encoder gives one vector for the text
/// v = mean over tokens of (e - e_empty)         else
/// likeness of two texts = <v, v'> / (|v|*|v'|)  -1..1, 0 for the empty text
/// ```
///
/// Counting from the empty text matters: marks and padding fill most of the token states and are the same in every text, so that without it any two texts are alike. A text encoder
/// trained to condition a denoiser is no sentence encoder; thresholds published for others (0.8 for text-embedding-ada-002) do not carry over.
public final class TextMeaning {
    private static final String POOLED = "text_embeds";

    private final double[] direction;

    private TextMeaning(double[] direction) {
        this.direction = direction;
    }

    /// @param empty the conditioning of the empty text
    public static TextMeaning of(Conditioning text, Conditioning empty) {
        double[] own = summary(text.tensors());
        double[] origin = summary(empty.tensors());
        for (int i = 0; i < own.length && i < origin.length; i++) {
            own[i] -= origin[i];
        }
        return new TextMeaning(own);
    }

    /// The pooled vector, or the mean of the token states; nothing where the conditioning has neither.
    private static double[] summary(Map<String, Embedding> tensors) {
        Embedding pooled = tensors.get(POOLED);
        Embedding source = pooled != null
                ? pooled
                : tensors.entrySet().stream()
                        .filter(entry -> entry.getValue().shape().length == 2)
                        .min(Map.Entry.comparingByKey(Comparator.naturalOrder()))
                        .map(Map.Entry::getValue)
                        .orElse(new Embedding(new int[] {0}, new float[0]));
        int[] shape = source.shape();
        int width = shape[shape.length - 1];
        int rows = width == 0 ? 0 : source.size() / width;
        double[] mean = new double[width];
        for (int i = 0; i < source.size(); i++) {
            mean[i % width] += source.at(i) / (double) rows;
        }
        return mean;
    }

    /// Cosine of the two meanings, -1..1; 0 if one of them is nothing.
    public double likeness(TextMeaning other) {
        double both = 0;
        double own = 0;
        double theirs = 0;
        for (int i = 0; i < direction.length && i < other.direction.length; i++) {
            both += direction[i] * other.direction[i];
            own += direction[i] * direction[i];
            theirs += other.direction[i] * other.direction[i];
        }
        return own == 0 || theirs == 0 ? 0 : both / Math.sqrt(own * theirs);
    }
}
