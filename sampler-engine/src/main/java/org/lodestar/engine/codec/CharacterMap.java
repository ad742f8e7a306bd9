package org.lodestar.engine.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;

/// A table of characters and what takes their place, as SentencePiece stores it (Kudo and Richardson 2018, arXiv 1808.06226).
///
/// The bytes are: the length of a trie in bytes (32 bit, least byte first), the trie, and the replacements, each ended by a zero byte. The trie is a double array (Aoe 1989) of 32-bit units
/// over UTF-8 bytes: bits 0 to 7 the byte that leads there, bit 8 whether an entry ends there, bits 10 to 30 the offset to its children (times 256 where bit 9 is set). The unit that holds
/// an entry's value has bit 31 set and the replacement's place in the other bits.
final class CharacterMap {
    private static final int LABEL = 0x8000_00ff;
    private static final int VALUE = 0x7fff_ffff;

    private final int[] units;
    private final byte[] replacements;

    /// @throws IllegalArgumentException if the bytes are not such a table
    CharacterMap(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int size = bytes.length < 4 ? -1 : in.getInt();
        if (size < 4 || size % 4 != 0 || size > in.remaining()) {
            throw new IllegalArgumentException("a character map whose length is wrong");
        }
        this.units = new int[size / 4];
        in.asIntBuffer().get(units);
        this.replacements = Arrays.copyOfRange(bytes, 4 + size, bytes.length);
        checkPlaces();
    }

    /// Follows every path once, so that no text can lead out of the table.
    private void checkPlaces() {
        BitSet seen = new BitSet(units.length);
        int[] open = new int[units.length];
        int count = 0;
        open[count++] = offset(units[0]);
        seen.set(open[0]);
        while (count > 0) {
            int node = open[--count];
            for (int label = 1; label < 256; label++) {
                int at = node ^ label;
                if (at < units.length && (units[at] & LABEL) == label) {
                    int next = at ^ offset(units[at]);
                    if (hasEntry(units[at]) && (next >= units.length || !endsWithin(units[next] & VALUE))) {
                        throw new IllegalArgumentException("a character map that leads out of itself");
                    }
                    if (next < units.length && !seen.get(next)) {
                        seen.set(next);
                        open[count++] = next;
                    }
                }
            }
        }
    }

    private boolean endsWithin(int place) {
        return place >= 0 && place < replacements.length && end(place) < replacements.length;
    }

    /// What takes the place of `text`: the replacement of the shortest entry it begins with, if it begins with any.
    Optional<String> replacement(String text) {
        int node = offset(units[0]);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            int label = b & 0xff;
            int at = node ^ label;
            if (label == 0 || at >= units.length || (units[at] & LABEL) != label) {
                return Optional.empty();
            }
            node = at ^ offset(units[at]);
            if (hasEntry(units[at])) {
                int place = units[node] & VALUE;
                return Optional.of(new String(replacements, place, end(place) - place, StandardCharsets.UTF_8));
            }
        }
        return Optional.empty();
    }

    private int end(int place) {
        int end = place;
        while (end < replacements.length && replacements[end] != 0) {
            end++;
        }
        return end;
    }

    private static boolean hasEntry(int unit) {
        return (unit >>> 8 & 1) == 1;
    }

    private static int offset(int unit) {
        return unit >>> 10 << ((unit & 1 << 9) >>> 6);
    }
}
