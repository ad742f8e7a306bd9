package org.lodestar.engine.codec;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/// The best way to cut a word up to each of its places. Pieces are offered from the left; of two ways with the same score the one offered first stays.
final class BestCut {
    private final double[] score;
    private final int[] from;
    private final int[] id;

    record Stretch(int from, int to) {}

    BestCut(int length) {
        this.score = new double[length + 1];
        this.from = new int[length + 1];
        this.id = new int[length + 1];
        Arrays.fill(from, -1);
    }

    /// A piece `[start, end)`; everything that ends at `start` has been offered before.
    void offer(int start, int end, int piece, double pieceScore) {
        double sum = pieceScore + score[start];
        if (from[end] < 0 || sum > score[end]) {
            score[end] = sum;
            from[end] = start;
            id[end] = piece;
        }
    }

    /// The pieces of the best cut of the whole word, neighbours with the id `unknown` as one.
    Iterable<Stretch> stretches(int unknown) {
        Deque<Stretch> stretches = new ArrayDeque<>();
        for (int end = score.length - 1; end > 0; ) {
            int start = from[end];
            while (id[end] == unknown && start > 0 && id[start] == unknown) {
                start = from[start];
            }
            stretches.addFirst(new Stretch(start, end));
            end = start;
        }
        return stretches;
    }
}
