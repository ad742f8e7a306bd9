package org.lodestar.engine.codec;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// How a `tokenizer.json` wants a text cut into words: at blanks (`WhitespaceSplit`), or with a visible mark in place of each blank, which then begins a word (`Metaspace`), or both in turn.
@FunctionalInterface
interface WordSplitter {
    int MAX_PARTS = 16;

    List<AlignedText> split(AlignedText text);

    /// @throws IllegalArgumentException if `json` asks for anything else
    static WordSplitter of(JsonNode json) {
        String type = json.path("type").asString("");
        return switch (type) {
            case "Sequence" -> chain(json.path("pretokenizers"));
            case "WhitespaceSplit" -> WordSplitter::atBlanks;
            case "Metaspace" -> metaspace(json);
            default -> throw new IllegalArgumentException(type.isEmpty() ? "no pre-tokenizer" : "the pre-tokenizer \"" + type + "\"");
        };
    }

    private static WordSplitter chain(JsonNode parts) {
        TokenizerFiles.atMost(MAX_PARTS, parts.size(), "pre-tokenizers");
        List<WordSplitter> chain = parts.valueStream().map(WordSplitter::of).toList();
        return text -> {
            List<AlignedText> words = List.of(text);
            for (WordSplitter part : chain) {
                words = words.stream().flatMap(word -> part.split(word).stream()).toList();
            }
            return words;
        };
    }

    private static List<AlignedText> atBlanks(AlignedText text) {
        List<AlignedText> words = new ArrayList<>();
        int from = 0;
        for (int at = 0; at <= text.length(); at++) {
            if (at == text.length() || AlignedText.isBlank(text.codePoint(at))) {
                if (at > from) {
                    words.add(text.slice(from, at));
                }
                from = at + 1;
            }
        }
        return words;
    }

    /// Files before `prepend_scheme` came up say `add_prefix_space` instead.
    private static WordSplitter metaspace(JsonNode json) {
        String mark = json.path("replacement").asString("");
        if (mark.codePointCount(0, mark.length()) != 1) {
            throw new IllegalArgumentException("a Metaspace mark \"" + mark + "\", which is not one character");
        }
        String scheme = json.path("prepend_scheme").asString(json.path("add_prefix_space").asBoolean(true) ? "always" : "never");
        if (!List.of("always", "first", "never").contains(scheme)) {
            throw new IllegalArgumentException("the prepend scheme \"" + scheme + "\"");
        }
        boolean split = json.path("split").asBoolean(true);
        int blank = mark.codePointAt(0);
        return text -> {
            boolean prepend = scheme.equals("always") || (scheme.equals("first") && text.origin() == 0);
            AlignedText marked = marked(text, blank, prepend);
            return split ? atMarks(marked, blank) : List.of(marked);
        };
    }

    /// `text` with `mark` for each space, and in front if it is wanted and not there yet.
    private static AlignedText marked(AlignedText text, int mark, boolean prepend) {
        AlignedText out = new AlignedText(text.origin());
        if (prepend && text.length() > 0 && text.codePoint(0) != ' ' && text.codePoint(0) != mark) {
            out.add(mark, text.start(0), text.end(0));
        }
        for (int i = 0; i < text.length(); i++) {
            out.add(text.codePoint(i) == ' ' ? mark : text.codePoint(i), text.start(i), text.end(i));
        }
        return out;
    }

    private static List<AlignedText> atMarks(AlignedText text, int mark) {
        List<AlignedText> words = new ArrayList<>();
        int from = 0;
        for (int at = 1; at <= text.length(); at++) {
            if (at == text.length() || text.codePoint(at) == mark) {
                words.add(text.slice(from, at));
                from = at;
            }
        }
        return words;
    }
}
