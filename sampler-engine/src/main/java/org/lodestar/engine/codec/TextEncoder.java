package org.lodestar.engine.codec;

import java.util.List;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.prompt.Dialect;

/// Text to conditioning. Results are cached by text and reading.
public interface TextEncoder {

    /// How a text is read.
    ///
    /// @param dialect what brackets mean
    /// @param chunks  least number of chunks: a shorter text is filled up with empty ones, so that it fits beside longer ones
    /// @param against whether guidance leads away from it, which some models are told
    record Reading(Dialect dialect, int chunks, boolean against) {
        /// Every character is text, in as many chunks as it takes.
        public static final Reading PLAIN = new Reading(Dialect.PLAIN, 1);

        /// Of what is wanted.
        public Reading(Dialect dialect, int chunks) {
            this(dialect, chunks, false);
        }

        /// The same for what guidance leads away from.
        public Reading ofNegative() {
            return new Reading(dialect, chunks, true);
        }
    }

    /// What the network is told for `text`.
    Conditioning encode(String text, Reading reading, CancelToken cancel);

    /// What the network is told for `text`, every character of which is text.
    default Conditioning encode(String text, CancelToken cancel) {
        return encode(text, Reading.PLAIN, cancel);
    }

    /// What the network is told where no text is given at all: the unconditional branch. The encoded empty text, unless the model was trained with something else.
    default Conditioning none(Reading reading, CancelToken cancel) {
        return encode("", reading, cancel);
    }

    /// The same in one chunk.
    default Conditioning none(CancelToken cancel) {
        return none(Reading.PLAIN, cancel);
    }

    /// Tokens of `text`, of how many fit: for the live counter and for the check before a run. Encoders that read several chunks make room for any text.
    TokenCount count(String text, Dialect dialect);

    /// The same where every character is text.
    default TokenCount count(String text) {
        return count(text, Dialect.PLAIN);
    }

    /// Chunks that `text` takes.
    default int chunks(String text, Dialect dialect) {
        return 1;
    }

    /// @param used     tokens in the text
    /// @param capacity tokens that fit, into all of its chunks
    /// @param breaks   where in the text each chunk but the first begins, for encoders that read several
    record TokenCount(int used, int capacity, List<Integer> breaks) {
        public TokenCount {
            breaks = List.copyOf(breaks);
        }

        /// In one chunk.
        public TokenCount(int used, int capacity) {
            this(used, capacity, List.of());
        }

        /// How many chunks the text takes.
        public int chunks() {
            return breaks.size() + 1;
        }
    }
}
