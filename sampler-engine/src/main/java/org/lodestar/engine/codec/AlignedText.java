package org.lodestar.engine.codec;

import java.util.Arrays;

/// Code points on their way from a text to tokens, each with the characters of the text it came from.
final class AlignedText {
    private int[] codePoints = new int[16];
    private int[] starts = new int[16];
    private int[] ends = new int[16];
    private int length;
    private final int origin;

    /// An empty one.
    ///
    /// @param origin the character of the text where the stretch begins that this stands for
    AlignedText(int origin) {
        this.origin = origin;
    }

    /// The code points of `text[from, to)`; a surrogate without its partner is the replacement character.
    static AlignedText of(String text, int from, int to) {
        AlignedText out = new AlignedText(from);
        for (int at = from; at < to; ) {
            int c = text.codePointAt(at);
            int next = Math.min(to, at + Character.charCount(c));
            out.add(Character.getType(c) == Character.SURROGATE ? 0xfffd : c, at, next);
            at = next;
        }
        return out;
    }

    void add(int codePoint, int start, int end) {
        if (length == codePoints.length) {
            codePoints = Arrays.copyOf(codePoints, 2 * length);
            starts = Arrays.copyOf(starts, 2 * length);
            ends = Arrays.copyOf(ends, 2 * length);
        }
        codePoints[length] = codePoint;
        starts[length] = start;
        ends[length++] = end;
    }

    /// Adds `text`, all of which came from `source[from, to)`.
    void add(String text, AlignedText source, int from, int to) {
        text.codePoints().forEach(c -> add(c, source.start(from), source.end(to - 1)));
    }

    /// Adds `source[from, to)` as it is.
    void addAll(AlignedText source, int from, int to) {
        for (int i = from; i < to; i++) {
            add(source.codePoint(i), source.start(i), source.end(i));
        }
    }

    AlignedText slice(int from, int to) {
        AlignedText out = new AlignedText(from < to ? starts[from] : origin);
        out.addAll(this, from, to);
        return out;
    }

    int origin() {
        return origin;
    }

    int length() {
        return length;
    }

    int codePoint(int i) {
        return codePoints[i];
    }

    /// First character that code point `i` came from.
    int start(int i) {
        return starts[i];
    }

    /// One past the last character that code point `i` came from.
    int end(int i) {
        return ends[i];
    }

    String string(int from, int to) {
        return new String(codePoints, from, to - from);
    }

    @Override
    public String toString() {
        return string(0, length);
    }

    /// Whether Unicode calls `c` white space.
    static boolean isBlank(int c) {
        return (c >= '\t' && c <= '\r') || c == 0x85 || Character.isSpaceChar(c);
    }
}
