package org.lodestar.engine.analytic;

import java.util.Arrays;
import java.util.List;

/// A mixture of isotropic Gaussians, `p(x0) = sum_k w_k N(x0; m_k, s_k^2 I)`, and what diffusion makes of it. All in 64-bit.
///
/// @param components at least one; all of one dimension; weights need not sum to 1
public record Mixture(List<Component> components) {

    /// One Gaussian.
    ///
    /// @param weight above 0
    /// @param mean   its centre
    /// @param std    its standard deviation along every axis, above 0
    public record Component(double weight, List<Double> mean, double std) {
        public Component {
            mean = List.copyOf(mean);
            if (!(weight > 0 && std > 0)) {
                throw new IllegalArgumentException("a component has a weight and a deviation above 0, got " + weight + " and " + std);
            }
        }
    }

    public Mixture {
        components = List.copyOf(components);
        if (components.isEmpty()) {
            throw new IllegalArgumentException("a mixture needs a component");
        }
        int dimension = components.getFirst().mean().size();
        if (components.stream().anyMatch(component -> component.mean().size() != dimension)) {
            throw new IllegalArgumentException("all components of a mixture have the same dimension");
        }
    }

    /// A single Gaussian.
    public static Mixture gaussian(List<Double> mean, double std) {
        return new Mixture(List.of(new Component(1, mean, std)));
    }

    /// Number of entries of a sample.
    public int dimension() {
        return components.getFirst().mean().size();
    }

    /// `E[x0 | x]` for `x = alpha*x0 + sigma*eps`:
    ///
    /// `sum_k r_k (m_k + alpha*s_k^2/v_k (x - alpha*m_k))`, `v_k = alpha^2 s_k^2 + sigma^2`, `r_k` proportional to `w_k N(x; alpha*m_k, v_k I)`
    public double[] posteriorMean(double[] x, double alpha, double sigma) {
        double[] shares = responsibilities(x, alpha, sigma);
        double[] result = new double[x.length];
        for (int k = 0; k < shares.length; k++) {
            Component c = components.get(k);
            double gain = alpha * c.std() * c.std() / variance(c, alpha, sigma);
            for (int i = 0; i < x.length; i++) {
                double mean = c.mean().get(i);
                result[i] += shares[k] * (mean + gain * (x[i] - alpha * mean));
            }
        }
        return result;
    }

    /// `grad ln p(x)` at a noise level: `(alpha*E[x0|x] - x)/sigma^2`, written so that `sigma = 0` is fine.
    public double[] score(double[] x, double alpha, double sigma) {
        double[] shares = responsibilities(x, alpha, sigma);
        double[] result = new double[x.length];
        for (int k = 0; k < shares.length; k++) {
            Component c = components.get(k);
            double v = variance(c, alpha, sigma);
            for (int i = 0; i < x.length; i++) {
                result[i] += shares[k] * (alpha * c.mean().get(i) - x[i]) / v;
            }
        }
        return result;
    }

    /// `ln p(x)` at a noise level; the weights count as shares of their sum.
    public double logDensity(double[] x, double alpha, double sigma) {
        double[] logs = logs(x, alpha, sigma);
        double most = Arrays.stream(logs).max().orElseThrow();
        double total = components.stream().mapToDouble(Component::weight).sum();
        return most + StrictMath.log(Arrays.stream(logs).map(l -> StrictMath.exp(l - most)).sum() / total);
    }

    private double[] responsibilities(double[] x, double alpha, double sigma) {
        double[] logs = logs(x, alpha, sigma);
        double most = Arrays.stream(logs).max().orElseThrow();
        double sum = 0;
        for (int k = 0; k < logs.length; k++) {
            logs[k] = StrictMath.exp(logs[k] - most);
            sum += logs[k];
        }
        for (int k = 0; k < logs.length; k++) {
            logs[k] /= sum;
        }
        return logs;
    }

    /// `ln(w_k N(x; alpha*m_k, v_k I))` of each component.
    private double[] logs(double[] x, double alpha, double sigma) {
        if (x.length != dimension()) {
            throw new IllegalArgumentException("a mixture of dimension " + dimension() + " was asked about a state of " + x.length + " entries");
        }
        double[] logs = new double[components.size()];
        for (int k = 0; k < logs.length; k++) {
            Component c = components.get(k);
            double v = variance(c, alpha, sigma);
            double squares = 0;
            for (int i = 0; i < x.length; i++) {
                double d = x[i] - alpha * c.mean().get(i);
                squares += d * d;
            }
            logs[k] = StrictMath.log(c.weight()) - x.length / 2.0 * StrictMath.log(2 * Math.PI * v) - squares / (2 * v);
        }
        return logs;
    }

    private static double variance(Component c, double alpha, double sigma) {
        return alpha * alpha * c.std() * c.std() + sigma * sigma;
    }
}
