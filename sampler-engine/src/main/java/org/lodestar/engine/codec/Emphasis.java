package org.lodestar.engine.codec;

import org.lodestar.engine.model.Embedding;

/// Weights of tokens, laid on their states. The weight of token i acts on row `first + i`, behind the marks in front of the text (CLIP has one, T5 none); all other rows have weight 1.
public final class Emphasis {

    private Emphasis() {}

    /// A1111: `z_i := w_i*z_i`, then all of it times `mean(z before)/mean(z after)`, so that the mean stays. Where a mean is 0 it is left alone.
    ///
    /// @param states tokens x width
    /// @param first  row of the first token
    public static Embedding scaled(Embedding states, double[] weights, int first) {
        float[] values = states.toArray();
        double before = sum(values);
        eachToken(states, weights, first, (i, w) -> values[i] = (float) (w * values[i]));
        double ratio = before / sum(values);
        if (Double.isFinite(ratio) && ratio != 0) {
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (values[i] * ratio);
            }
        }
        return new Embedding(states.shape(), values);
    }

    /// ComfyUI: `z_i := e_i + w_i*(z_i - e_i)` with the states `e` of the empty prompt.
    ///
    /// @param states tokens x width
    /// @param first  row of the first token
    /// @param empty  of the same shape
    public static Embedding fromEmpty(Embedding states, Embedding empty, double[] weights, int first) {
        float[] values = states.toArray();
        eachToken(states, weights, first, (i, w) -> values[i] = (float) (empty.at(i) + w * ((double) values[i] - empty.at(i))));
        return new Embedding(states.shape(), values);
    }

    @FunctionalInterface
    private interface Change {
        void at(int index, double weight);
    }

    private static void eachToken(Embedding states, double[] weights, int first, Change change) {
        int width = states.shape()[1];
        for (int token = 0; token < weights.length; token++) {
            if (weights[token] != 1) {
                for (int i = 0; i < width; i++) {
                    change.at((first + token) * width + i, weights[token]);
                }
            }
        }
    }

    private static double sum(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum;
    }
}
