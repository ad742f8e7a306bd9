package org.lodestar.engine.codec;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.fault.EngineException;

/// Byte-pair encoding as the CLIP text encoders use it (Radford et al. 2021, arXiv 2103.00020; Sennrich et al. 2016, arXiv 1508.07909).
///
/// Text is composed (NFC), lower-cased and cut into words: contractions, runs of letters, single digits, runs of other characters. A word's UTF-8
/// bytes are its first symbols, the last one marked `</w>`; then the pair of neighbours that stands first in the list of merges is joined, again and again.
public final class ClipTokenizer implements Tokenizer {
    private static final String START = "<|startoftext|>";
    private static final String END = "<|endoftext|>";
    private static final Pattern MARKS = Pattern.compile("<\\|startoftext\\|>|<\\|endoftext\\|>", Pattern.CASE_INSENSITIVE);
    private static final Pattern WORDS = Pattern.compile("'s|'t|'re|'ve|'m|'ll|'d|\\p{L}+|\\p{N}|[^\\s\\p{L}\\p{N}]+", Pattern.UNICODE_CHARACTER_CLASS);
    private static final int MAX_MERGES = 1_000_000;
    private static final String[] BYTE_SYMBOLS = byteSymbols();

    private final Map<String, Integer> vocabulary;
    private final Map<Pair, Integer> ranks;
    private final int start;
    private final int end;
    private final TokenFrame frame;

    /// Two neighbouring symbols.
    private record Pair(String left, String right) {}

    /// @param vocabulary    symbols by id; must hold the start and end marks and `padding`
    /// @param merges        pairs to join, most wanted first, as `left right`
    /// @param padding       the symbol that fills the context after the end mark
    /// @param contextLength ids per call, marks included (77 for CLIP)
    public ClipTokenizer(Map<String, Integer> vocabulary, List<String> merges, String padding, int contextLength) {
        this.vocabulary = Map.copyOf(vocabulary);
        this.ranks = new HashMap<>(merges.size() * 2);
        for (String merge : merges) {
            int gap = merge.indexOf(' ');
            if (gap < 1 || gap == merge.length() - 1) {
                throw new IllegalArgumentException("a merge that is not two symbols: \"" + merge + "\"");
            }
            ranks.putIfAbsent(new Pair(merge.substring(0, gap), merge.substring(gap + 1)), ranks.size());
        }
        this.start = TokenizerFiles.require(vocabulary, "symbol", START);
        this.end = TokenizerFiles.require(vocabulary, "symbol", END);
        this.frame = new TokenFrame(List.of(start), List.of(end), TokenizerFiles.require(vocabulary, "symbol", padding), contextLength);
    }

    /// Reads `vocab.json`, `merges.txt` and, for the padding, `special_tokens_map.json` or `tokenizer_config.json`.
    ///
    /// @param folder         the tokenizer's folder
    /// @param defaultPadding what to pad with where no file says it
    /// @throws EngineException.ModelProblem if a file is missing or damaged
    public static ClipTokenizer read(Path folder, String defaultPadding, int contextLength) {
        return TokenizerFiles.reading(folder.getFileName() + "/vocab.json and merges.txt", "a CLIP tokenizer", TokenizerFiles.AGAIN, () -> {
            Map<String, Integer> vocabulary = TokenizerFiles.vocabulary(TokenizerFiles.json(folder.resolve("vocab.json")), "symbols");
            List<String> merges = TokenizerFiles.lines(folder.resolve("merges.txt")).stream()
                    .filter(line -> !line.startsWith("#version") && !line.isBlank())
                    .toList();
            TokenizerFiles.atMost(MAX_MERGES, merges.size(), "merges");
            return new ClipTokenizer(vocabulary, merges, TokenizerFiles.padding(folder, defaultPadding), contextLength);
        });
    }

    @Override
    public TokenFrame frame() {
        return frame;
    }

    @Override
    public List<Token> tokens(String text) {
        List<Token> marks = MARKS.matcher(text).results().map(mark -> new Token(mark.group().equalsIgnoreCase(START) ? start : end, mark.start(), mark.end())).toList();
        return AddedTokens.between(text, marks, (from, to, tokens) -> plain(text, from, to, tokens));
    }

    /// Tokens of a stretch without marks, blank by blank.
    private void plain(String text, int from, int to, List<Token> tokens) {
        int at = from;
        while (at < to) {
            int first = at;
            while (at < to && !AlignedText.isBlank(text.charAt(at))) {
                at++;
            }
            if (at > first) {
                run(text, first, at, tokens);
            }
            at++;
        }
    }

    /// Tokens of what stands between two blanks.
    private void run(String text, int from, int to, List<Token> tokens) {
        String folded = fold(text.substring(from, to));
        // Where folding keeps the length, characters can be told apart; else each token stands for the whole run.
        IntUnaryOperator start = folded.length() == to - from ? i -> from + i : i -> from;
        IntUnaryOperator end = folded.length() == to - from ? i -> from + i : i -> to;
        Matcher word = WORDS.matcher(folded);
        while (word.find()) {
            word(folded, word.start(), word.end(), start, end, tokens);
        }
    }

    /// Composed and lower-cased, each character by itself (no rule about the end of a word).
    private static String fold(String run) {
        StringBuilder folded = new StringBuilder();
        Normalizer.normalize(run, Normalizer.Form.NFC).codePoints().forEach(c -> folded.append(Character.toString(c).toLowerCase(Locale.ROOT)));
        return folded.toString();
    }

    /// Joins the symbols of `text[from, to)`.
    private void word(String text, int from, int to, IntUnaryOperator start, IntUnaryOperator end, List<Token> tokens) {
        List<Piece> pieces = new ArrayList<>();
        for (int at = from; at < to; ) {
            int next = at + Character.charCount(text.codePointAt(at));
            for (byte b : text.substring(at, next).getBytes(StandardCharsets.UTF_8)) {
                pieces.add(new Piece(BYTE_SYMBOLS[b & 0xff], start.applyAsInt(at), end.applyAsInt(next)));
            }
            at = next;
        }
        Piece last = pieces.removeLast();
        pieces.add(new Piece(last.symbol() + "</w>", last.start(), last.end()));
        for (Pair best = best(pieces); best != null; best = best(pieces)) {
            pieces = join(pieces, best);
        }
        for (Piece piece : pieces) {
            tokens.add(new Token(vocabulary.getOrDefault(piece.symbol(), this.end), piece.start(), piece.end()));
        }
    }

    /// A symbol, and the characters it stands for.
    private record Piece(String symbol, int start, int end) {}

    /// The neighbours that stand first in the list of merges, or null.
    private @Nullable Pair best(List<Piece> pieces) {
        Pair best = null;
        int bestRank = Integer.MAX_VALUE;
        for (int i = 0; i < pieces.size() - 1; i++) {
            Pair pair = new Pair(pieces.get(i).symbol(), pieces.get(i + 1).symbol());
            int rank = ranks.getOrDefault(pair, Integer.MAX_VALUE);
            if (rank < bestRank) {
                bestRank = rank;
                best = pair;
            }
        }
        return best;
    }

    /// `pieces` with every occurrence of `pair` joined, from the left.
    private static List<Piece> join(List<Piece> pieces, Pair pair) {
        List<Piece> joined = new ArrayList<>(pieces.size());
        for (int i = 0; i < pieces.size(); i++) {
            Piece left = pieces.get(i);
            Piece right = i + 1 < pieces.size() ? pieces.get(i + 1) : null;
            if (right != null && left.symbol().equals(pair.left()) && right.symbol().equals(pair.right())) {
                joined.add(new Piece(pair.left() + pair.right(), left.start(), right.end()));
                i++;
            } else {
                joined.add(left);
            }
        }
        return joined;
    }

    /// A printable character for every byte: itself where it is one, the next free one from 256 on where not.
    private static String[] byteSymbols() {
        String[] symbols = new String[256];
        int spare = 256;
        for (int b = 0; b < 256; b++) {
            boolean printable = (b >= '!' && b <= '~') || (b >= 0xa1 && b <= 0xac) || (b >= 0xae);
            symbols[b] = Character.toString(printable ? b : spare++);
        }
        return symbols;
    }
}
