package org.lodestar.engine.codec;

import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Conditioning;

/// Text to conditioning. Results are cached by text.
public interface TextEncoder {

    /// What the network is told for `text`.
    Conditioning encode(String text, CancelToken cancel);

    /// What the network is told where no text is given at all: the unconditional branch. The encoded empty text, unless the model was trained with something else.
    default Conditioning none(CancelToken cancel) {
        return encode("", cancel);
    }

    /// Tokens of `text`, of how many fit: for the live counter and for the check before a run.
    TokenCount count(String text);

    /// @param used tokens in the text
    /// @param capacity tokens that fit
    record TokenCount(int used, int capacity) {}
}
