package org.lodestar.engine.guidance;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lodestar.engine.concept.Concept;
import org.lodestar.engine.concept.ConceptList;

/// What a [Guardian] decided about one prompt: which concepts it found, and the safe prompt.
///
/// 1. Look for the concepts in the prompt ([ConceptSearch]). Without one there is no safe prompt.
/// 2. Reword: named concepts are replaced where they stand; where a concept was found in the meaning alone there is no word to replace, and its replacement takes the place of the whole prompt.
/// 3. Look again in the reworded prompt; if something is found, reword once more. What is found after that is only told.
///
/// @param prompt the prompt it is about
/// @param found  names of the concepts
/// @param safe   the safe prompt, if there is one
/// @param notes  every decision in words
record SafeWording(String prompt, List<String> found, Optional<String> safe, List<String> notes) {
    SafeWording {
        found = List.copyOf(found);
        notes = List.copyOf(notes);
    }

    /// The decision.
    ///
    /// @param given a safe prompt written by hand, which is not reworded; "" for none
    static SafeWording of(String prompt, String given, ConceptSearch search, ConceptSearch.Encoding encoding) {
        if (search.concepts().isEmpty()) {
            return new SafeWording(prompt, List.of(), Optional.of(given).filter(text -> !text.isEmpty()), List.of());
        }
        List<String> notes = new ArrayList<>();
        List<ConceptSearch.Find> finds = search.find(prompt, encoding);
        if (finds.isEmpty()) {
            notes.add("no concept of the list is in the prompt" + nearest(prompt, search, encoding));
            return new SafeWording(prompt, List.of(), Optional.empty(), notes);
        }
        notes.add(told(finds, search) + " in the prompt");
        String safe = given.isEmpty() ? reworded(prompt, finds, search.concepts()) : given;
        List<ConceptSearch.Find> left = search.find(safe, encoding);
        if (!left.isEmpty() && given.isEmpty()) {
            notes.add(told(left, search) + " in the safe prompt \"" + safe + "\", which is reworded again");
            safe = reworded(safe, left, search.concepts());
            left = search.find(safe, encoding);
        }
        notes.add("the safe prompt is \"" + safe + "\"");
        if (!left.isEmpty()) {
            notes.add(told(left, search) + " in the safe prompt still");
        }
        return new SafeWording(prompt, finds.stream().map(find -> find.concept().name()).toList(), Optional.of(safe), notes);
    }

    /// Every text that [#of] may have to know the encoding of, beside the prompt.
    static List<String> texts(String prompt, String given, ConceptSearch search) {
        ConceptList concepts = search.concepts();
        String once = concepts.rewritten(prompt);
        Stream<String> safe = given.isEmpty() ? once.equals(prompt) ? Stream.of() : Stream.of(once, concepts.rewritten(once)) : Stream.of(given);
        if (!search.byMeaning()) {
            return safe.distinct().toList();
        }
        Stream<String> instead = concepts.concepts().stream().map(Concept::replacement).flatMap(text -> Stream.of(text, concepts.rewritten(text)));
        return Stream.of(safe, search.texts().stream(), given.isEmpty() ? instead : Stream.<String>of()).flatMap(texts -> texts).distinct().toList();
    }

    private static String reworded(String text, List<ConceptSearch.Find> finds, ConceptList concepts) {
        return finds.getFirst().byWords() ? concepts.rewritten(text) : finds.getFirst().concept().replacement();
    }

    private static String told(List<ConceptSearch.Find> finds, ConceptSearch search) {
        return finds.stream()
                .map(find -> find.byWords()
                        ? "\"" + find.concept().name() + "\" is named"
                        : String.format(Locale.ROOT, "\"%s\" is meant (%.2f of %.2f)", find.concept().name(), find.likeness(), search.threshold()))
                .collect(Collectors.joining(", "));
    }

    private static String nearest(String prompt, ConceptSearch search, ConceptSearch.Encoding encoding) {
        return search.byMeaning()
                ? search.nearest(prompt, encoding)
                        .map(find -> String.format(Locale.ROOT, "; nearest is \"%s\" (%.2f of %.2f)", find.concept().name(), find.likeness(), search.threshold()))
                        .orElse("")
                : "";
    }
}
