package org.lodestar.engine.codec;

/// Texts from a generator that models/tools/record_unigram.py has too, so that only hashes of what the reference library makes of them need to be kept: words, characters of many
/// scripts, blanks of all kinds, control characters and marks.
final class GeneratedTexts {
    private static final String[] MARKS = {
        "</s>", "<pad>", "<unk>", "<extra_id_0>", "<extra_id_1>"
    };
    private static final String[] WORDS = {
        "a", "red", "apple", "on", "the", "table,", "photograph", "of",
        "an", "old", "lighthouse", "at", "night", "masterpiece", "best", "quality",
        "4k", "8-bit", "don't", "can't", "it's", "3.14", "10,000", "(blue:1.3)",
        "[fog]", "guidance", "strength", "denoising", "step", "isn't", "x2", "\u00c9",
        "na\u00efve", "caf\u00e9", "Stra\u00dfe", "\u0130stanbul", "\ufb01ne", "\ufb00", "\u00bd", "\u00b2",
        "\u2460", "\u2167", "\u338f", "\u00c5", "\ufdfa", "\uff46\uff55\uff4c\uff4c", "\uff8a\uff9d\uff76\uff78", "\u4e2d\u6587",
        "\u65e5\u672c\u8a9e", "\ud55c\uad6d\uc5b4", "\u041f\u0440\u0438\u0432\u0435\u0442", "\u043c\u0438\u0440", "\u05e9\u05dc\u05d5\u05dd", "\u0645\u0631\u062d\u0628\u0627", "\u0939\u093f\u0928\u094d\u0926\u0940", "\u0e44\u0e17\u0e22",
        "\ud83c\udf4e", "\ud83d\udc69\u200d\ud83d\udc69\u200d\ud83d\udc67", "\ud83c\udff3\ufe0f\u200d\ud83c\udf08", "\ud83c\udde9\ud83c\uddea", "\u2581", "\u2581\u2581", "~", "\uff5e",
        "\"", "\u201cquoted\u201d", "\u2026", "\u2014", "\u2022", "\u00bdkg", "H\u2082O", "e\u0301",
        "o\u0308\u0304", "\u0915\u094d\u0937\u093f", "\u1112\u1161\u11ab"
    };
    private static final String[] BLANKS = {
        " ", " ", " ", " ", "  ", "   ", "\t", "\n", "\r\n", "\u00a0", "\u3000", "\u200b", "\u200d", "\ufeff", "", ","
    };
    private static final int[][] RANGES = {
        {0x20, 0x7e}, {0x20, 0x7e}, {0x0, 0x1f}, {0x7f, 0x24f}, {0x2b0, 0x36f}, {0x370, 0x52f}, {0x590, 0x6ff}, {0x900, 0xdff},
        {0xe00, 0xe7f}, {0x1100, 0x11ff}, {0x1e00, 0x20cf}, {0x2100, 0x2bff}, {0x3000, 0x33ff}, {0x4e00, 0x9fff}, {0xac00, 0xd7a3}, {0xe000, 0xe0ff},
        {0xf900, 0xfffd}, {0x1d400, 0x1d7ff}, {0x1f300, 0x1f6ff}, {0x1f1e6, 0x1f1ff}, {0x20000, 0x200ff}
    };

    private long state;

    GeneratedTexts(long seed) {
        this.state = seed;
    }

    /// A linear congruential generator modulo 2^64, of which the upper 31 bits count.
    private int below(int bound) {
        state = state * 6364136223846793005L + 1442695040888963407L;
        return (int) ((state >>> 33) % bound);
    }

    String next() {
        StringBuilder text = new StringBuilder();
        for (int parts = 1 + below(12); parts > 0; parts--) {
            int kind = below(10);
            if (kind < 6) {
                text.append(WORDS[below(WORDS.length)]);
            } else if (kind < 9) {
                int[] range = RANGES[below(RANGES.length)];
                for (int count = 1 + below(6); count > 0; count--) {
                    text.appendCodePoint(range[0] + below(range[1] - range[0] + 1));
                }
            } else {
                text.append(MARKS[below(MARKS.length)]);
            }
            text.append(BLANKS[below(BLANKS.length)]);
        }
        return text.toString();
    }
}
