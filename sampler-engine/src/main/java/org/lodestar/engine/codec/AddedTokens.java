package org.lodestar.engine.codec;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lodestar.engine.codec.Tokenizer.Token;
import tools.jackson.databind.JsonNode;

/// Marks that stand for themselves wherever a text holds them, whatever is beside them (`</s>`).
final class AddedTokens {
    private final List<Mark> marks;
    private final Map<String, Integer> places = new HashMap<>();
    private final PieceTable table;

    /// @param blanksBefore whether blanks in front of it belong to it
    /// @param blanksAfter  whether blanks behind it belong to it
    private record Mark(String text, int id, boolean blanksBefore, boolean blanksAfter) {}

    private AddedTokens(List<Mark> marks) {
        this.marks = marks;
        for (int i = 0; i < marks.size(); i++) {
            places.put(marks.get(i).text(), i);
        }
        this.table = new PieceTable(places);
    }

    /// @param json the `added_tokens` of a `tokenizer.json`
    /// @throws IllegalArgumentException if one is damaged, or is to be found otherwise
    static AddedTokens of(JsonNode json) {
        TokenizerFiles.atMost(TokenizerFiles.MAX_VOCABULARY, json.size(), "added tokens");
        return new AddedTokens(json.valueStream().map(AddedTokens::mark).toList());
    }

    private static Mark mark(JsonNode json) {
        String text = json.path("content").asString("");
        int id = json.path("id").asInt(-1);
        if (text.isEmpty() || id < 0) {
            throw new IllegalArgumentException("an added token without a text or an id");
        }
        if (json.path("single_word").asBoolean(false) || json.path("normalized").asBoolean(false)) {
            throw new IllegalArgumentException("the added token \"" + text + "\", which is to be found in whole words only or in normalised text");
        }
        return new Mark(text, id, json.path("lstrip").asBoolean(false), json.path("rstrip").asBoolean(false));
    }

    Optional<Integer> id(String text) {
        return Optional.ofNullable(places.get(text)).map(place -> marks.get(place).id());
    }

    /// Turns a stretch of a text into tokens.
    @FunctionalInterface
    interface Stretch {
        void tokens(int from, int to, List<Token> tokens);
    }

    /// The tokens of `text`: `marks`, which were found in it from the left, and what `plain` makes of the stretches between them.
    static List<Token> between(String text, List<Token> marks, Stretch plain) {
        List<Token> tokens = new ArrayList<>();
        int at = 0;
        for (Token mark : marks) {
            plain.tokens(at, mark.start(), tokens);
            tokens.add(mark);
            at = mark.end();
        }
        plain.tokens(at, text.length(), tokens);
        return tokens;
    }

    /// The marks in `text`, from the left, the longest one at each place.
    List<Token> in(String text) {
        AlignedText aligned = AlignedText.of(text, 0, text.length());
        List<Token> found = new ArrayList<>();
        int free = 0;
        for (int at = 0; at < aligned.length(); ) {
            int[] longest = {at, -1};
            table.eachAt(aligned, at, (end, place) -> {
                longest[0] = end;
                longest[1] = place;
            });
            if (longest[1] < 0) {
                at++;
                continue;
            }
            Mark mark = marks.get(longest[1]);
            int from = at;
            at = longest[0];
            while (mark.blanksBefore() && from > free && AlignedText.isBlank(aligned.codePoint(from - 1))) {
                from--;
            }
            while (mark.blanksAfter() && at < aligned.length() && AlignedText.isBlank(aligned.codePoint(at))) {
                at++;
            }
            found.add(new Token(mark.id(), aligned.start(from), aligned.end(at - 1)));
            free = at;
        }
        return found;
    }
}
