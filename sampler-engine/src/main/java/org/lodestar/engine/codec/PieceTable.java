package org.lodestar.engine.codec;

import java.util.Arrays;
import java.util.Map;

/// Pieces in order, so that all of them that begin at a place of a text are found in one pass.
final class PieceTable {
    private final int[][] pieces;
    private final int[] ids;

    PieceTable(Map<String, Integer> vocabulary) {
        this.pieces = vocabulary.keySet().stream().map(piece -> piece.codePoints().toArray()).sorted(Arrays::compare).toArray(int[][]::new);
        this.ids = Arrays.stream(pieces).mapToInt(piece -> vocabulary.get(new String(piece, 0, piece.length))).toArray();
    }

    @FunctionalInterface
    interface Found {
        void piece(int end, int id);
    }

    /// Tells `found` every piece that `text[from, end)` is, the shortest first.
    void eachAt(AlignedText text, int from, Found found) {
        int low = 0;
        int high = pieces.length;
        for (int depth = 0; from + depth < text.length() && low < high; depth++) {
            int c = text.codePoint(from + depth);
            low = bound(low, high, depth, c);
            high = bound(low, high, depth, c + 1);
            if (low < high && pieces[low].length == depth + 1) {
                found.piece(from + depth + 1, ids[low]);
            }
        }
    }

    boolean contains(AlignedText text, int from, int to) {
        int[] piece = new int[to - from];
        Arrays.setAll(piece, i -> text.codePoint(from + i));
        return Arrays.binarySearch(pieces, piece, Arrays::compare) >= 0;
    }

    /// The first of `pieces[low, high)`, equal up to `depth`, with `c` or more there; a piece that ends before comes first.
    private int bound(int low, int high, int depth, int c) {
        int first = low;
        int last = high;
        while (first < last) {
            int middle = (first + last) >>> 1;
            if (pieces[middle].length <= depth || pieces[middle][depth] < c) {
                first = middle + 1;
            } else {
                last = middle;
            }
        }
        return first;
    }
}
