package org.lodestar.engine.codec;

import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// What a `tokenizer.json` wants done to a text before it is cut: a chain of `Precompiled`, `Strip` and `Replace`. A regular expression from a file is never run; the one that such
/// files are known to hold, two or more blanks, is written out here.
@FunctionalInterface
interface TextNormalizer {
    /// The part of its UTF-8 form up to which a cluster of characters is looked up as one.
    int LONGEST_CLUSTER = 5;

    Pattern CLUSTER = Pattern.compile("\\X");
    String BLANKS = " {2,}";
    int MAX_PARTS = 64;

    AlignedText apply(AlignedText text);

    /// @throws IllegalArgumentException if `json` asks for anything else
    static TextNormalizer of(JsonNode json) {
        String type = json.path("type").asString("");
        return switch (type) {
            case "" -> text -> text;
            case "Sequence" -> chain(json.path("normalizers"));
            case "Precompiled" -> mapped(new CharacterMap(Base64.getDecoder().decode(json.path("precompiled_charsmap").asString(""))));
            case "Strip" -> stripped(json.path("strip_left").asBoolean(false), json.path("strip_right").asBoolean(false));
            case "Replace" -> replaced(json.path("pattern"), json.path("content").asString(""));
            default -> throw new IllegalArgumentException("the normalizer \"" + type + "\"");
        };
    }

    private static TextNormalizer chain(JsonNode parts) {
        TokenizerFiles.atMost(MAX_PARTS, parts.size(), "normalizers");
        List<TextNormalizer> chain = parts.valueStream().map(TextNormalizer::of).toList();
        return text -> {
            AlignedText out = text;
            for (TextNormalizer part : chain) {
                out = part.apply(out);
            }
            return out;
        };
    }

    /// Short clusters that the map knows are replaced whole, all others character by character.
    private static TextNormalizer mapped(CharacterMap map) {
        return text -> {
            AlignedText out = new AlignedText(text.origin());
            Matcher cluster = CLUSTER.matcher(text.toString());
            int from = 0;
            while (cluster.find()) {
                int to = from + (int) cluster.group().codePoints().count();
                if (utf8Length(cluster.group()) > LONGEST_CLUSTER || !replace(map, text, from, to, out)) {
                    for (int i = from; i < to; i++) {
                        if (!replace(map, text, i, i + 1, out)) {
                            out.addAll(text, i, i + 1);
                        }
                    }
                }
                from = to;
            }
            return out;
        };
    }

    private static boolean replace(CharacterMap map, AlignedText text, int from, int to, AlignedText out) {
        Optional<String> found = map.replacement(text.string(from, to));
        found.ifPresent(replacement -> out.add(replacement, text, from, to));
        return found.isPresent();
    }

    private static int utf8Length(String text) {
        return text.codePoints().map(c -> c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4).sum();
    }

    private static TextNormalizer stripped(boolean left, boolean right) {
        return text -> {
            int from = 0;
            int to = text.length();
            while (left && from < to && AlignedText.isBlank(text.codePoint(from))) {
                from++;
            }
            while (right && to > from && AlignedText.isBlank(text.codePoint(to - 1))) {
                to--;
            }
            AlignedText out = new AlignedText(text.origin());
            out.addAll(text, from, to);
            return out;
        };
    }

    private static TextNormalizer replaced(JsonNode pattern, String content) {
        String literal = pattern.path("String").asString("");
        if (pattern.path("Regex").asString("").equals(BLANKS)) {
            return text -> replaced(text, content, TextNormalizer::blanksFrom);
        }
        if (literal.isEmpty()) {
            throw new IllegalArgumentException("a replacement of a pattern other than a plain text or \"" + BLANKS + "\"");
        }
        int length = literal.codePointCount(0, literal.length());
        return text -> replaced(text, content, (all, from) -> from + length <= all.length() && all.string(from, from + length).equals(literal) ? length : 0);
    }

    /// How many code points from `from` on are to be replaced.
    @FunctionalInterface
    interface Length {
        int at(AlignedText text, int from);
    }

    private static int blanksFrom(AlignedText text, int from) {
        int to = from;
        while (to < text.length() && text.codePoint(to) == ' ') {
            to++;
        }
        return to - from < 2 ? 0 : to - from;
    }

    private static AlignedText replaced(AlignedText text, String content, Length length) {
        AlignedText out = new AlignedText(text.origin());
        int at = 0;
        while (at < text.length()) {
            int found = length.at(text, at);
            if (found > 0) {
                out.add(content, text, at, at + found);
            } else {
                out.addAll(text, at, at + 1);
            }
            at += Math.max(1, found);
        }
        return out;
    }
}
