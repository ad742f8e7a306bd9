package org.lodestar.engine.codec;

import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Conditioning;

/// Text to conditioning. Results are cached by text.
public interface TextEncoder {

    /// What the network is told for `text` (the empty text is the unconditional branch).
    Conditioning encode(String text, CancelToken cancel);

    /// Tokens of `text`, of how many fit: for the live counter and for the check before a run.
    TokenCount count(String text);

    /// @param used tokens in the text
    /// @param capacity tokens that fit
    record TokenCount(int used, int capacity) {}
}
