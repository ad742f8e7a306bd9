package org.lodestar.engine.guidance;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.lodestar.engine.concept.Concept;
import org.lodestar.engine.concept.ConceptList;
import org.lodestar.engine.model.Conditioning;

/// Looks for the concepts of a list in texts, by their words and by their meaning.
///
/// @param concepts  what is looked for
/// @param threshold least [TextMeaning#likeness] to one of a concept's names at which a text means it; from 1 on only words count
public record ConceptSearch(ConceptList concepts, double threshold) {

    /// A concept found in a text.
    ///
    /// @param likeness to the nearest of its names; NaN if it was found by words
    public record Find(Concept concept, double likeness) {
        boolean byWords() {
            return Double.isNaN(likeness);
        }
    }

    /// How a text is encoded.
    @FunctionalInterface
    public interface Encoding {
        Conditioning of(String text);
    }

    /// Whether meanings count.
    boolean byMeaning() {
        return threshold < 1 && !concepts.isEmpty();
    }

    /// Texts whose encoding it needs, beside those it is asked about.
    List<String> texts() {
        return byMeaning() ? Stream.concat(Stream.of(""), concepts.concepts().stream().flatMap(concept -> concept.names().stream())).distinct().toList() : List.of();
    }

    /// The concepts in `text`: those named, in its order; without any, the one that it means most.
    List<Find> find(String text, Encoding encoding) {
        Map<String, Find> named = new LinkedHashMap<>();
        concepts.mentions(text).forEach(mention -> named.putIfAbsent(mention.concept().name(), new Find(mention.concept(), Double.NaN)));
        if (!named.isEmpty() || !byMeaning()) {
            return List.copyOf(named.values());
        }
        return nearest(text, encoding).filter(find -> find.likeness() >= threshold).stream().toList();
    }

    /// The concept whose name or synonym is most like `text`; nothing for an empty list.
    public Optional<Find> nearest(String text, Encoding encoding) {
        Conditioning empty = encoding.of("");
        TextMeaning meaning = TextMeaning.of(encoding.of(text), empty);
        return concepts.concepts().stream()
                .map(concept -> new Find(
                        concept,
                        concept.names().stream().mapToDouble(name -> meaning.likeness(TextMeaning.of(encoding.of(name), empty))).max().orElse(0)))
                .max(Comparator.comparingDouble(Find::likeness));
    }
}
