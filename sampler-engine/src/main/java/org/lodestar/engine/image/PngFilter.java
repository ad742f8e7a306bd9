package org.lodestar.engine.image;

import java.util.List;

/// The five row filters of PNG, in the order of their codes 0 to 4. With `a` the byte one pixel to the left, `b` the one above and `c` above left (0 outside the picture),
/// a filter stores `x - predicted(a, b, c)` modulo 256.
enum PngFilter {
    NONE {
        @Override
        int predict(int a, int b, int c) {
            return 0;
        }
    },
    SUB {
        @Override
        int predict(int a, int b, int c) {
            return a;
        }
    },
    UP {
        @Override
        int predict(int a, int b, int c) {
            return b;
        }
    },
    AVERAGE {
        @Override
        int predict(int a, int b, int c) {
            return (a + b) >> 1;
        }
    },
    PAETH {
        @Override
        int predict(int a, int b, int c) {
            int toA = Math.abs(b - c);
            int toB = Math.abs(a - c);
            int toC = Math.abs(a + b - 2 * c);
            if (toA <= toB && toA <= toC) {
                return a;
            }
            return toB <= toC ? b : c;
        }
    };

    /// The filter of each code.
    static final List<PngFilter> BY_CODE = List.of(values());

    abstract int predict(int a, int b, int c);

    /// Filters `row` into `target` and returns the sum of the residuals' absolute values.
    ///
    /// @param step bytes per pixel
    long apply(byte[] row, byte[] above, int step, byte[] target) {
        long cost = 0;
        for (int i = 0; i < row.length; i++) {
            byte residual = (byte) (row[i] - predictAt(row, above, step, i));
            target[i] = residual;
            cost += Math.abs(residual);
        }
        return cost;
    }

    /// Turns residuals in `row` back into bytes, in place.
    void undo(byte[] row, byte[] above, int step) {
        for (int i = 0; i < row.length; i++) {
            row[i] = (byte) (row[i] + predictAt(row, above, step, i));
        }
    }

    private int predictAt(byte[] row, byte[] above, int step, int i) {
        int a = i >= step ? row[i - step] & 0xff : 0;
        int c = i >= step ? above[i - step] & 0xff : 0;
        return predict(a, above[i] & 0xff, c);
    }
}
