package org.lodestar.engine.codec;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.fault.EngineException;
import tools.jackson.databind.JsonNode;

/// Byte-pair encoding over whole texts, as the Gemma language models use it (Sennrich et al. 2016, arXiv 1508.07909).
///
/// Marks such as `<bos>` in the text are taken out first. In the rest blanks become `▁`; its characters are the first symbols, or the pieces `<0x00>` to `<0xFF>` for the UTF-8 bytes of a character that is
/// no piece. Then the pair of neighbours that stands first in the list of merges is joined, the left one first among equals, again and again.
public final class ByteFallbackTokenizer implements Tokenizer {
    private static final int MAX_MERGES = 1_000_000;
    private static final String EXPECTED = "a BPE tokenizer with byte_fallback, whose normalizer replaces plain texts and whose pre-tokenizer cuts at blanks, if at all";
    private static final String REMEDY = "Put the tokenizer.json of the model's Gemma text encoder there, as its publisher offers it";

    private final TokenizerJson json;
    private final Map<String, Integer> vocabulary;
    private final Map<Long, Merge> merges = new HashMap<>();
    private final @Nullable Integer unknown;

    /// @param rank place in the list, the least is joined first
    /// @param id   what two neighbours become
    private record Merge(int rank, int id) {}

    /// A symbol on its way to a token, with the code points it stands for.
    private record Symbol(int id, int from, int to) {}

    /// Neighbours that may be joined: the symbol at `at` and the one right of it, while they are that pair.
    private record Candidate(Merge merge, int at, long pair) implements Comparable<Candidate> {
        private static final Comparator<Candidate> ORDER = Comparator.comparingInt((Candidate c) -> c.merge().rank()).thenComparingInt(Candidate::at);

        @Override
        public int compareTo(Candidate other) {
            return ORDER.compare(this, other);
        }
    }

    private ByteFallbackTokenizer(JsonNode json, String padding, int contextLength) {
        JsonNode model = json.path("model");
        if (!model.path("type").asString("BPE").equals("BPE") || !model.path("byte_fallback").asBoolean(false)) {
            throw new IllegalArgumentException("a model of the kind " + model.path("type").asString("") + (model.path("byte_fallback").asBoolean(false) ? "" : " without byte_fallback"));
        }
        this.vocabulary = TokenizerFiles.vocabulary(model.path("vocab"), "pieces");
        TokenizerFiles.atMost(MAX_MERGES, model.path("merges").size(), "merges");
        for (JsonNode merge : model.path("merges")) {
            addMerge(merge);
        }
        this.unknown = vocabulary.get(model.path("unk_token").asString(""));
        requireCutsAtBlanks(json.path("pre_tokenizer"));
        this.json = TokenizerJson.of(json, vocabulary, padding, contextLength);
    }

    /// `"a b"` or `["a", "b"]`.
    private void addMerge(JsonNode json) {
        String text = json.asString("");
        String left = json.isArray() ? json.path(0).asString("") : text.substring(0, Math.max(0, text.indexOf(' ')));
        String right = json.isArray() ? json.path(1).asString("") : text.substring(text.indexOf(' ') + 1);
        if (left.isEmpty() || right.isEmpty()) {
            throw new IllegalArgumentException("a merge that is not two symbols");
        }
        long pair = pair(TokenizerFiles.require(vocabulary, "piece", left), TokenizerFiles.require(vocabulary, "piece", right));
        merges.putIfAbsent(pair, new Merge(merges.size(), TokenizerFiles.require(vocabulary, "piece", left + right)));
    }

    /// Blanks are gone when words are cut, so that a cut at blanks does nothing.
    private static void requireCutsAtBlanks(JsonNode json) {
        String type = json.path("type").asString("");
        if (!type.isEmpty() && !(type.equals("Split") && json.path("pattern").path("String").asString("").equals(" "))) {
            throw new IllegalArgumentException("the pre-tokenizer \"" + type + "\"");
        }
    }

    /// Reads `tokenizer.json` and, for the padding, `special_tokens_map.json` or `tokenizer_config.json`; `<pad>` if neither says it.
    ///
    /// @param folder        the tokenizer's folder
    /// @param contextLength ids per call, marks included; longer texts are cut
    /// @throws EngineException.ModelProblem if a file is missing or damaged, or asks for something else than this class does
    public static ByteFallbackTokenizer read(Path folder, int contextLength) {
        return TokenizerJson.read(folder, EXPECTED, REMEDY, (json, padding) -> new ByteFallbackTokenizer(json, padding, contextLength));
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
    private void plain(AlignedText aligned, List<Token> tokens) {
        List<Symbol> symbols = new ArrayList<>();
        for (int i = 0; i < aligned.length(); i++) {
            addSymbols(aligned, i, symbols);
        }
        joined(symbols).forEach(symbol -> tokens.add(new Token(symbol.id(), aligned.start(symbol.from()), aligned.end(symbol.to() - 1))));
    }

    private void addSymbols(AlignedText text, int at, List<Symbol> symbols) {
        String character = text.string(at, at + 1);
        Integer known = vocabulary.get(character);
        if (known != null) {
            symbols.add(new Symbol(known, at, at + 1));
            return;
        }
        for (Integer piece : json.bytes(character)) {
            Integer id = piece == null ? unknown : piece;
            if (id == null) {
                throw new IllegalArgumentException("no piece for a byte of \"" + character + "\" and no unknown one");
            }
            symbols.add(new Symbol(id, at, at + 1));
        }
    }

    /// Joins neighbours until no merge is left. Symbols that were joined away are null.
    private List<Symbol> joined(List<Symbol> symbols) {
        @Nullable Symbol[] now = symbols.toArray(Symbol[]::new);
        int[] left = IntStream.range(-1, now.length - 1).toArray();
        int[] right = IntStream.range(1, now.length + 1).toArray();
        PriorityQueue<Candidate> candidates = new PriorityQueue<>();
        for (int i = 0; i + 1 < now.length; i++) {
            offer(now, i, i + 1, candidates);
        }
        while (!candidates.isEmpty()) {
            Candidate next = candidates.remove();
            int at = next.at();
            Symbol one = now[at];
            Symbol two = one == null || right[at] == now.length ? null : now[right[at]];
            if (one == null || two == null || pair(one.id(), two.id()) != next.pair()) {
                continue; // one of them was joined with another neighbour meanwhile
            }
            now[at] = new Symbol(next.merge().id(), one.from(), two.to());
            now[right[at]] = null;
            right[at] = right[right[at]];
            if (right[at] < now.length) {
                left[right[at]] = at;
                offer(now, at, right[at], candidates);
            }
            if (left[at] >= 0) {
                offer(now, left[at], at, candidates);
            }
        }
        return Stream.of(now).filter(Objects::nonNull).toList();
    }

    private void offer(@Nullable Symbol[] now, int at, int next, PriorityQueue<Candidate> candidates) {
        Symbol one = now[at];
        Symbol two = now[next];
        if (one == null || two == null) {
            return;
        }
        long pair = pair(one.id(), two.id());
        Merge merge = merges.get(pair);
        if (merge != null) {
            candidates.add(new Candidate(merge, at, pair));
        }
    }

    private static long pair(int left, int right) {
        return (long) left << 32 | right;
    }
}
