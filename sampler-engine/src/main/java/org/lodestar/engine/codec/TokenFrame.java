package org.lodestar.engine.codec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.lodestar.engine.codec.Tokenizer.Token;
import tools.jackson.databind.JsonNode;

/// What an encoder reads around the tokens of a text: marks before and after them, and padding up to a fixed length.
///
/// @param before        ids in front of the text (CLIP: the start mark; T5: none)
/// @param after         ids behind the text (CLIP and T5: the end mark)
/// @param padding       the id that fills what is left
/// @param contextLength ids per call, marks included
public record TokenFrame(List<Integer> before, List<Integer> after, int padding, int contextLength) {

    public TokenFrame {
        before = List.copyOf(before);
        after = List.copyOf(after);
        if (contextLength <= before.size() + after.size()) {
            throw new IllegalArgumentException("a context of " + contextLength + " tokens, in which no text fits");
        }
    }

    /// Marks in front of and behind the text, as the `TemplateProcessing` of a `tokenizer.json` lists them; none without one.
    ///
    /// @param id the id of a mark
    /// @throws IllegalArgumentException if `template` asks for anything else
    static TokenFrame of(JsonNode template, ToIntFunction<String> id, String padding, int contextLength) {
        String type = template.path("type").asString("");
        if (!type.isEmpty() && !type.equals("TemplateProcessing")) {
            throw new IllegalArgumentException("the post-processor \"" + type + "\"");
        }
        List<Integer> before = new ArrayList<>();
        List<Integer> after = new ArrayList<>();
        boolean text = false;
        for (JsonNode part : template.path("single")) {
            text |= part.has("Sequence");
            if (part.has("SpecialToken")) {
                (text ? after : before).add(id.applyAsInt(part.path("SpecialToken").path("id").asString("")));
            }
        }
        return new TokenFrame(before, after, id.applyAsInt(padding), contextLength);
    }

    /// Tokens of text that fit.
    public int capacity() {
        return contextLength - before.size() - after.size();
    }

    /// The ids of `tokens` within the marks, cut or padded to [#contextLength()].
    int[] around(List<Token> tokens) {
        int[] ids = new int[contextLength];
        Arrays.fill(ids, padding);
        int at = 0;
        Stream<Integer> text = tokens.stream().limit(capacity()).map(Token::id);
        for (int id : Stream.of(before.stream(), text, after.stream()).flatMap(s -> s).toList()) {
            ids[at++] = id;
        }
        return ids;
    }
}
