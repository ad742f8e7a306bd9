package org.lodestar.engine.sampler;

import java.util.List;
import java.util.function.DoubleUnaryOperator;

/// Weights of linear multistep methods: what the polynomial through values at `nodes` integrates to.
final class AdamsWeights {

    /// Positive nodes and their weights of the eight-point Gauss-Legendre rule on -1..1, exact for polynomials up to degree 15.
    private static final double[] NODES = {0.1834346424956498, 0.5255324099163290, 0.7966664774136267, 0.9602898564975363};

    private static final double[] WEIGHTS = {0.3626837833783620, 0.3137066458778873, 0.2223810344533745, 0.1012285362903763};

    private AdamsWeights() {}

    /// `w_k` = integral of `L_k(u)*density(u)` over `from..to`, with `L_k` the Lagrange polynomial that is 1 at node `k` and 0 at the others.
    static double[] of(List<Double> nodes, double from, double to, DoubleUnaryOperator density) {
        double[] weights = new double[nodes.size()];
        for (int k = 0; k < weights.length; k++) {
            int node = k;
            weights[k] = integrate(u -> lagrange(nodes, node, u) * density.applyAsDouble(u), from, to);
        }
        return weights;
    }

    private static double lagrange(List<Double> nodes, int k, double u) {
        double product = 1;
        for (int j = 0; j < nodes.size(); j++) {
            if (j != k) {
                product *= (u - nodes.get(j)) / (nodes.get(k) - nodes.get(j));
            }
        }
        return product;
    }

    private static double integrate(DoubleUnaryOperator f, double from, double to) {
        double middle = (from + to) / 2;
        double half = (to - from) / 2;
        double sum = 0;
        for (int i = 0; i < NODES.length; i++) {
            sum += WEIGHTS[i] * (f.applyAsDouble(middle - half * NODES[i]) + f.applyAsDouble(middle + half * NODES[i]));
        }
        return half * sum;
    }
}
