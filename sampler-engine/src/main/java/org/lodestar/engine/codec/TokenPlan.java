package org.lodestar.engine.codec;

import java.util.ArrayList;
import java.util.List;
import org.lodestar.engine.codec.Tokenizer.Token;
import org.lodestar.engine.prompt.Piece;
import org.lodestar.engine.prompt.Prompt;

/// The tokens of a prompt with their weights, in the chunks that an encoder reads one at a time. A full chunk ends after its last comma if that is at most 20 tokens back, so that phrases stay
/// together; `BREAK` begins a new one.
///
/// @param chunks   at least one
/// @param capacity tokens that fit into a chunk
public record TokenPlan(List<List<Weighted>> chunks, int capacity) {
    private static final int FARTHEST_COMMA = 20;

    public TokenPlan {
        chunks = chunks.stream().map(List::copyOf).toList();
    }

    /// @param token  with its place in the prompt as written
    /// @param weight 1 as written
    public record Weighted(Token token, double weight) {}

    public static TokenPlan of(Prompt prompt, Tokenizer tokenizer) {
        Filling filling = new Filling(tokenizer.capacity());
        for (int i = 0; i < prompt.stretches().size(); i++) {
            if (i > 0) {
                filling.endChunk();
            }
            for (Piece piece : prompt.stretches().get(i)) {
                for (Token token : tokenizer.tokens(piece.text())) {
                    filling.add(new Weighted(placed(token, piece), piece.weight()), piece.text().substring(token.start(), token.end()).equals(","));
                }
            }
        }
        return new TokenPlan(filling.finished(), tokenizer.capacity());
    }

    private static Token placed(Token token, Piece piece) {
        return new Token(token.id(), piece.origins().get(token.start()), piece.origins().get(token.end() - 1) + 1);
    }

    /// All tokens.
    public int used() {
        return chunks.stream().mapToInt(List::size).sum();
    }

    /// Where in the prompt as written each chunk but the first begins; an empty chunk where the one before it ends.
    public List<Integer> breaks() {
        List<Integer> breaks = new ArrayList<>();
        int end = 0;
        for (List<Weighted> chunk : chunks) {
            breaks.add(chunk.isEmpty() ? end : chunk.getFirst().token().start());
            end = chunk.isEmpty() ? end : chunk.getLast().token().end();
        }
        return breaks.subList(1, breaks.size());
    }

    /// Chunks while they are being filled.
    private static final class Filling {
        private final int capacity;
        private final List<List<Weighted>> chunks = new ArrayList<>();
        private List<Weighted> chunk = new ArrayList<>();
        private int afterComma;

        Filling(int capacity) {
            this.capacity = capacity;
        }

        void add(Weighted token, boolean comma) {
            if (chunk.size() == capacity) {
                List<Weighted> moved = List.of();
                if (!comma && afterComma > 0 && capacity - afterComma < FARTHEST_COMMA) {
                    moved = List.copyOf(chunk.subList(afterComma, capacity));
                    chunk = chunk.subList(0, afterComma);
                }
                endChunk();
                chunk.addAll(moved);
            }
            chunk.add(token);
            if (comma) {
                afterComma = chunk.size();
            }
        }

        void endChunk() {
            chunks.add(chunk);
            chunk = new ArrayList<>();
            afterComma = 0;
        }

        List<List<Weighted>> finished() {
            if (!chunk.isEmpty() || chunks.isEmpty()) {
                endChunk();
            }
            return chunks;
        }
    }
}
