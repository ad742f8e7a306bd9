package org.lodestar.engine.codec;

import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lodestar.engine.fault.EngineException;

/// WordPiece as uncased BERT models use it (Devlin et al. 2018, arXiv 1810.04805).
///
/// Text is cleaned of control characters, lower-cased and stripped of accents; CJK characters stand alone; words end at blanks and punctuation. Each word is cut
/// greedily into the longest pieces in the vocabulary, continued pieces marked with `##`; a word that cannot be cut, or is longer than 100 characters, is `[UNK]`.
public final class WordPieceTokenizer implements Tokenizer {
    private static final int MAX_WORD = 100;

    private final Map<String, Integer> vocabulary;
    private final int unknown;
    private final TokenFrame frame;

    /// @param vocabulary    pieces by id; must hold `[UNK]`, `[CLS]`, `[SEP]` and `[PAD]`
    /// @param contextLength ids per call, marks included
    public WordPieceTokenizer(List<String> vocabulary, int contextLength) {
        this.vocabulary = new HashMap<>();
        for (int id = 0; id < vocabulary.size(); id++) {
            this.vocabulary.putIfAbsent(vocabulary.get(id), id);
        }
        this.unknown = require("[UNK]");
        this.frame = new TokenFrame(List.of(require("[CLS]")), List.of(require("[SEP]")), require("[PAD]"), contextLength);
    }

    /// Reads `vocab.txt`, one piece per line.
    ///
    /// @throws EngineException.ModelProblem if it cannot be read or lacks a special piece
    public static WordPieceTokenizer read(Path vocabulary, int contextLength) {
        return TokenizerFiles.reading("tokenizer/" + vocabulary.getFileName(), "a BERT vocabulary", TokenizerFiles.AGAIN, () -> {
            List<String> pieces = TokenizerFiles.lines(vocabulary);
            TokenizerFiles.atMost(TokenizerFiles.MAX_VOCABULARY, pieces.size(), "pieces");
            return new WordPieceTokenizer(pieces, contextLength);
        });
    }

    private int require(String piece) {
        return TokenizerFiles.require(vocabulary, "piece", piece);
    }

    @Override
    public TokenFrame frame() {
        return frame;
    }

    @Override
    public List<Token> tokens(String text) {
        List<Token> tokens = new ArrayList<>();
        AlignedText normalized = normalize(text);
        int at = 0;
        while (at < normalized.length()) {
            int c = normalized.codePoint(at);
            if (isBlank(c)) {
                at++;
            } else if (isPunctuation(c) || isCjk(c)) {
                pieces(normalized, at, at + 1, tokens);
                at++;
            } else {
                int first = at;
                while (at < normalized.length() && isWord(normalized.codePoint(at))) {
                    at++;
                }
                pieces(normalized, first, at, tokens);
            }
        }
        return tokens;
    }

    private static boolean isWord(int c) {
        return !isBlank(c) && !isPunctuation(c) && !isCjk(c);
    }

    /// Greedy longest match from the left.
    private void pieces(AlignedText text, int from, int to, List<Token> tokens) {
        int before = tokens.size();
        int at = from;
        while (at < to && to - from <= MAX_WORD) {
            int stop = to;
            Integer id = null;
            while (stop > at && id == null) {
                String piece = text.string(at, stop);
                id = vocabulary.get(at == from ? piece : "##" + piece);
                stop = id == null ? stop - 1 : stop;
            }
            if (id == null) {
                break;
            }
            tokens.add(new Token(id, text.start(at), text.end(stop - 1)));
            at = stop;
        }
        if (at < to) {
            tokens.subList(before, tokens.size()).clear();
            tokens.add(new Token(unknown, text.start(from), text.end(to - 1)));
        }
    }

    private static AlignedText normalize(String text) {
        AlignedText out = new AlignedText(0);
        int at = 0;
        while (at < text.length()) {
            int c = text.codePointAt(at);
            int next = at + Character.charCount(c);
            if (c != 0 && c != 0xfffd && !isControl(c)) {
                if (isBlank(c)) {
                    out.add(' ', at, next);
                } else {
                    addFolded(c, at, next, out);
                }
            }
            at = next;
        }
        return out;
    }

    /// Lower case without accents: decompose, drop combining marks, lower-case what is left character by character.
    private static void addFolded(int c, int start, int end, AlignedText out) {
        String decomposed = c < 0x80 ? Character.toString(c) : Normalizer.normalize(Character.toString(c), Normalizer.Form.NFD);
        decomposed.codePoints().filter(part -> Character.getType(part) != Character.NON_SPACING_MARK).forEach(part -> {
            // One code point at a time, so that no rule about the end of a word applies; the full mapping may give several.
            Character.toString(part).toLowerCase(java.util.Locale.ROOT).codePoints().forEach(lower -> out.add(lower, start, end));
        });
    }

    private static boolean isControl(int c) {
        if (c == '\t' || c == '\n' || c == '\r') {
            return false;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.PRIVATE_USE, Character.SURROGATE -> true;
            default -> false;
        };
    }

    private static boolean isBlank(int c) {
        return c == '\t' || c == '\n' || c == '\r' || Character.isWhitespace(c) || Character.isSpaceChar(c);
    }

    private static boolean isPunctuation(int c) {
        if ((c >= 33 && c <= 47) || (c >= 58 && c <= 64) || (c >= 91 && c <= 96) || (c >= 123 && c <= 126)) {
            return true;
        }
        return switch (Character.getType(c)) {
            case Character.CONNECTOR_PUNCTUATION,
                    Character.DASH_PUNCTUATION,
                    Character.START_PUNCTUATION,
                    Character.END_PUNCTUATION,
                    Character.INITIAL_QUOTE_PUNCTUATION,
                    Character.FINAL_QUOTE_PUNCTUATION,
                    Character.OTHER_PUNCTUATION ->
                true;
            default -> false;
        };
    }

    private static boolean isCjk(int c) {
        return (c >= 0x4E00 && c <= 0x9FFF)
                || (c >= 0x3400 && c <= 0x4DBF)
                || (c >= 0x20000 && c <= 0x2A6DF)
                || (c >= 0x2A700 && c <= 0x2B73F)
                || (c >= 0x2B740 && c <= 0x2B81F)
                || (c >= 0x2B920 && c <= 0x2CEAF)
                || (c >= 0xF900 && c <= 0xFAFF)
                || (c >= 0x2F800 && c <= 0x2FA1F);
    }
}
