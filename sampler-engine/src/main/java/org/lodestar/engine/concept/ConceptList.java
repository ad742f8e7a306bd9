package org.lodestar.engine.concept;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.lodestar.engine.fault.EngineException;

/// Subjects that pictures should stay clear of, in the order of the list.
///
/// The text form holds the whole list, so that it can be a parameter and lie in a picture's record: `name|synonym|synonym=replacement`, entries separated by `;`, blanks around
/// parts meaningless. `mickey mouse|mickey=a cartoon mouse; spider-man=a masked acrobat`
public record ConceptList(List<Concept> concepts) {
    /// No subject.
    public static final ConceptList NONE = new ConceptList(List.of());

    private static final Pattern MARK = Pattern.compile("[|=;\\p{Cntrl}]");
    private static final Set<String> ARTICLES = Set.of("a", "an", "the");

    /// @throws EngineException.InvalidInput for a name without a letter or digit, or a part with a character that the text form needs
    public ConceptList {
        concepts = List.copyOf(concepts);
        for (Concept concept : concepts) {
            for (String name : concept.names()) {
                if (Words.of(name).size() == 0 || MARK.matcher(name).find()) {
                    throw new EngineException.InvalidInput(
                            "concept list", "names of at least one letter or digit, without | = ; and line ends", "\"" + name + "\"", "Correct that name");
                }
            }
            if (MARK.matcher(concept.replacement()).find()) {
                throw new EngineException.InvalidInput(
                        "concept list", "a replacement without | = ; and line ends", "\"" + concept.replacement() + "\"", "Correct what replaces " + concept.name());
            }
        }
    }

    /// The list in its text form.
    ///
    /// @throws EngineException.InvalidInput if an entry lacks its `=`, and as the constructor
    public static ConceptList parse(String text) {
        List<Concept> concepts = new ArrayList<>();
        for (String entry : text.split(";", -1)) {
            if (entry.isBlank()) {
                continue;
            }
            List<String> sides = Arrays.stream(entry.split("=", -1)).map(String::strip).toList();
            if (sides.size() != 2) {
                throw new EngineException.InvalidInput(
                        "concept list", "entries like name|synonym=replacement separated by ;", "\"" + entry.strip() + "\"", "Write one = in each entry");
            }
            List<String> names = Arrays.stream(sides.getFirst().split("\\|", -1)).map(String::strip).toList();
            concepts.add(new Concept(names.getFirst(), names.subList(1, names.size()), sides.getLast()));
        }
        return new ConceptList(concepts);
    }

    /// The text form, which [#parse] reads back.
    public String text() {
        return concepts.stream().map(concept -> String.join("|", concept.names()) + "=" + concept.replacement()).collect(Collectors.joining("; "));
    }

    public boolean isEmpty() {
        return concepts.isEmpty();
    }

    /// A concept found in a text by its words.
    ///
    /// @param concept which
    /// @param start   first character
    /// @param end     one past the last character
    public record Mention(Concept concept, int start, int end) {}

    /// Where the concepts are named in `text`, from left to right, without overlaps; where several names fit, the one of most words. Upper and lower case, accents, `'s`
    /// and regular English plurals do not matter, nor what stands between the words of a name; irregular plurals, misspellings and words written together must be listed as synonyms.
    public List<Mention> mentions(String text) {
        record Name(Concept concept, Words words) {}
        List<Name> names = concepts.stream()
                .flatMap(concept -> concept.names().stream().map(name -> new Name(concept, Words.of(name))))
                .sorted(Comparator.comparingInt((Name name) -> name.words.size()).reversed())
                .toList();
        Words words = Words.of(text);
        List<Mention> found = new ArrayList<>();
        int at = 0;
        while (at < words.size()) {
            int here = at;
            Name name = names.stream().filter(candidate -> words.hasAt(here, candidate.words)).findFirst().orElse(null);
            if (name == null) {
                at++;
                continue;
            }
            int last = at + name.words.size() - 1;
            found.add(new Mention(name.concept, words.all().get(at).start(), words.all().get(last).end()));
            at = last + 1;
        }
        return found;
    }

    /// `text` with every mention replaced by its concept's replacement. An article before a mention goes where the replacement brings its own or is empty.
    public String rewritten(String text) {
        StringBuilder out = new StringBuilder();
        int from = 0;
        for (Mention mention : mentions(text)) {
            String replacement = mention.concept().replacement();
            String before = text.substring(from, mention.start());
            out.append(replacement.isEmpty() || startsWithArticle(replacement) ? withoutLastArticle(before) : before).append(replacement);
            from = mention.end();
        }
        String whole = out.append(text, from, text.length()).toString();
        return from == 0 ? text : whole.replaceAll(" {2,}", " ").replaceAll(" *,[\\s,]*,", ",").strip();
    }

    private static boolean startsWithArticle(String text) {
        int blank = text.indexOf(' ');
        return blank > 0 && ARTICLES.contains(text.substring(0, blank).toLowerCase(Locale.ROOT));
    }

    private static String withoutLastArticle(String before) {
        return before.replaceFirst("(?i)(?<![\\p{L}\\p{N}])(an?|the)\\s+$", "");
    }
}
