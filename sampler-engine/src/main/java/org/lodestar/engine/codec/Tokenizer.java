package org.lodestar.engine.codec;

import java.util.List;

/// Text to token ids.
public interface Tokenizer {

    /// One token and the part of the text it stands for.
    ///
    /// @param id    vocabulary index
    /// @param start first character
    /// @param end   one past the last character
    record Token(int id, int start, int end) {}

    /// The tokens of `text` without start, end and padding.
    List<Token> tokens(String text);

    /// `text` with start and end marks, cut or padded to [#contextLength()].
    default int[] encode(String text) {
        return encode(tokens(text));
    }

    /// `tokens` with start and end marks, cut or padded to [#contextLength()].
    default int[] encode(List<Token> tokens) {
        return frame().around(tokens);
    }

    /// The marks and the padding around a text.
    TokenFrame frame();

    /// Ids the encoder takes per call, marks included (77 for CLIP).
    default int contextLength() {
        return frame().contextLength();
    }

    /// Tokens of text that fit: [#contextLength()] less the marks.
    default int capacity() {
        return frame().capacity();
    }
}
