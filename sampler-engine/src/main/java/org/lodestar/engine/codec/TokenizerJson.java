package org.lodestar.engine.codec;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.codec.Tokenizer.Token;
import org.lodestar.engine.fault.EngineException;
import tools.jackson.databind.JsonNode;

/// What every `tokenizer.json` says beside its model: marks that stand for themselves, how the text between them is cleaned, and what is put around it.
///
/// @param vocabulary pieces of the model by text
/// @param added      marks
/// @param normalizer cleans what stands between marks
/// @param frame      what is put around the tokens of a text
record TokenizerJson(Map<String, Integer> vocabulary, AddedTokens added, TextNormalizer normalizer, TokenFrame frame) {
    private static final String FILE = "tokenizer.json";

    /// What the model makes of a stretch without marks.
    @FunctionalInterface
    interface Model {
        void tokens(AlignedText cleaned, List<Token> tokens);
    }

    /// @param padding the symbol that fills the context
    /// @throws IllegalArgumentException if it asks for something that is not done here
    static TokenizerJson of(JsonNode json, Map<String, Integer> vocabulary, String padding, int contextLength) {
        AddedTokens added = AddedTokens.of(json.path("added_tokens"));
        TextNormalizer normalizer = TextNormalizer.of(json.path("normalizer"));
        TokenFrame frame = TokenFrame.of(
                json.path("post_processor"), mark -> added.id(mark).orElseGet(() -> TokenizerFiles.require(vocabulary, "piece", mark)), padding, contextLength);
        return new TokenizerJson(vocabulary, added, normalizer, frame);
    }

    /// Reads `tokenizer.json` and, for the padding, `special_tokens_map.json` or `tokenizer_config.json`; `<pad>` if neither says it.
    ///
    /// @param expected what it should hold, for messages
    /// @param remedy   what to do if it does not
    /// @param make     the tokenizer of the file's content and the padding
    /// @throws EngineException.ModelProblem if a file is missing or damaged, or asks for something else than `make` takes
    static <T> T read(Path folder, String expected, String remedy, BiFunction<JsonNode, String, T> make) {
        return TokenizerFiles.reading(
                folder.getFileName() + "/" + FILE, expected, remedy, () -> make.apply(TokenizerFiles.json(folder.resolve(FILE)), TokenizerFiles.padding(folder, "<pad>")));
    }

    List<Token> tokens(String text, Model model) {
        return AddedTokens.between(text, added.in(text), (from, to, tokens) -> model.tokens(normalizer.apply(AlignedText.of(text, from, to)), tokens));
    }

    /// The pieces that stand for the UTF-8 bytes of `text`, `<0x00>` to `<0xFF>`; null for a byte without one.
    List<@Nullable Integer> bytes(String text) {
        List<@Nullable Integer> ids = new ArrayList<>();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            ids.add(vocabulary.get(String.format("<0x%02X>", b)));
        }
        return ids;
    }
}
