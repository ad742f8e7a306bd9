package org.lodestar.engine.pack;

import java.util.List;

/// The kinds of tokenizers.
public enum TokenizerKind {
    /// BERT's pieces.
    WORD_PIECE,
    /// CLIP's byte pairs.
    CLIP,
    /// T5's pieces with probabilities.
    UNIGRAM,
    /// Gemma's pairs, with bytes for what it does not know.
    BYTE_FALLBACK;

    /// What its folder must hold.
    List<String> files() {
        return switch (this) {
            case WORD_PIECE -> List.of("vocab.txt");
            case CLIP -> List.of("vocab.json", "merges.txt");
            case UNIGRAM, BYTE_FALLBACK -> List.of("tokenizer.json");
        };
    }
}
