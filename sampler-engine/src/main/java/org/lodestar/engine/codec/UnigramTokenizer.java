package org.lodestar.engine.codec;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.lodestar.engine.fault.EngineException;
import tools.jackson.databind.JsonNode;

/// A unigram language model over pieces of words (Kudo 2018, arXiv 1804.10959), as the T5 text encoders use it.
///
/// Marks such as `</s>` in the text are taken out first. The rest is normalised and cut into words, and each word into the pieces `x_1 ... x_n` with the greatest `sum log p(x_i)`, found by
/// dynamic programming from the left. A character that is no piece costs 10 more than the least likely piece; neighbours of that kind are one unknown token.
public final class UnigramTokenizer implements Tokenizer {
    private static final double UNKNOWN_PENALTY = 10;
    private static final int MAX_PIECE = 1000;
    private static final String EXPECTED = "a Unigram tokenizer with the normalizers Precompiled, Strip and Replace, the pre-tokenizers Metaspace and WhitespaceSplit, and fixed marks";
    private static final String REMEDY = "Put the tokenizer.json of the model's T5 text encoder there, as its publisher offers it";

    private final TokenizerJson json;
    private final Map<String, Integer> vocabulary;
    private final double[] scores;
    private final double unknownScore;
    private final int unknown;
    private final boolean byteFallback;
    private final PieceTable pieces;
    private final WordSplitter splitter;

    private UnigramTokenizer(JsonNode json, String padding, int contextLength) {
        JsonNode model = json.path("model");
        if (!model.path("type").asString("Unigram").equals("Unigram")) {
            throw new IllegalArgumentException("a model of the kind " + model.path("type").asString());
        }
        JsonNode entries = model.path("vocab");
        TokenizerFiles.atMost(TokenizerFiles.MAX_VOCABULARY, entries.size(), "pieces");
        this.vocabulary = new HashMap<>();
        this.scores = new double[entries.size()];
        for (int id = 0; id < scores.length; id++) {
            vocabulary.put(piece(entries.get(id)), id);
            scores[id] = entries.get(id).get(1).asDouble();
        }
        this.unknown = model.path("unk_id").asInt(-1);
        if (unknown < 0 || unknown >= scores.length) {
            throw new IllegalArgumentException("no unk_id that is one of its " + scores.length + " pieces");
        }
        this.unknownScore = Arrays.stream(scores).min().orElseThrow() - UNKNOWN_PENALTY;
        this.byteFallback = model.path("byte_fallback").asBoolean(false);
        this.pieces = new PieceTable(vocabulary);
        this.splitter = WordSplitter.of(json.path("pre_tokenizer"));
        this.json = TokenizerJson.of(json, vocabulary, padding, contextLength);
    }

    private static String piece(JsonNode entry) {
        String piece = entry.path(0).asString("");
        if (entry.size() != 2 || !entry.path(0).isString() || !entry.path(1).isNumber() || !Double.isFinite(entry.path(1).asDouble())) {
            throw new IllegalArgumentException("an entry of the vocabulary that is not a piece and its score");
        }
        TokenizerFiles.atMost(MAX_PIECE, piece.length(), "characters in one piece");
        return piece;
    }

    /// Reads `tokenizer.json` and, for the padding, `special_tokens_map.json` or `tokenizer_config.json`; `<pad>` if neither says it.
    ///
    /// @param folder        the tokenizer's folder
    /// @param contextLength ids per call, marks included; longer texts are cut
    /// @throws EngineException.ModelProblem if a file is missing or damaged, or asks for something else than this class does
    public static UnigramTokenizer read(Path folder, int contextLength) {
        return TokenizerJson.read(folder, EXPECTED, REMEDY, (json, padding) -> new UnigramTokenizer(json, padding, contextLength));
    }

    @Override
    public TokenFrame frame() {
        return json.frame();
    }

    @Override
    public List<Token> tokens(String text) {
        return json.tokens(text, this::plain);
    }

    /// Tokens of a stretch without marks.
    private void plain(AlignedText cleaned, List<Token> tokens) {
        for (AlignedText word : splitter.split(cleaned)) {
            word(word, tokens);
        }
    }

    private void word(AlignedText word, List<Token> tokens) {
        BestCut cut = new BestCut(word.length());
        for (int i = 0; i < word.length(); i++) {
            int from = i;
            pieces.eachAt(word, from, (end, id) -> cut.offer(from, end, id, scores[id]));
            if (!pieces.contains(word, from, from + 1)) {
                cut.offer(from, from + 1, unknown, unknownScore);
            }
        }
        for (BestCut.Stretch stretch : cut.stretches(unknown)) {
            add(word, stretch.from(), stretch.to(), tokens);
        }
    }

    private void add(AlignedText word, int from, int to, List<Token> tokens) {
        String text = word.string(from, to);
        int start = word.start(from);
        int end = word.end(to - 1);
        Integer id = vocabulary.get(text);
        List<Integer> bytes = id == null && byteFallback ? json.bytes(text).stream().filter(Objects::nonNull).toList() : List.of();
        if (bytes.size() < text.getBytes(StandardCharsets.UTF_8).length) {
            tokens.add(new Token(id == null ? unknown : id, start, end));
            return;
        }
        bytes.forEach(b -> tokens.add(new Token(b, start, end)));
    }
}
