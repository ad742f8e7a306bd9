package org.lodestar.engine.guidance;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;

/// Ordinary least squares for [LinearFit], one recording after another: what is kept are the inner products of all noises of a run, `(2N)^2` numbers in 64-bit however many runs there are.
/// One per fit, for one thread.
///
/// With `z = (n_c(0)..n_c(N-1), n_r(0)..n_r(N-1))` and `G = sum z z^T` over recordings and entries, the coefficients of step `i` solve `(A + ridge)*x = b`, where `A` and `b` are the rows and
/// columns of `G` that belong to `n_c(0..i), n_r(0..i-1)` and their products with `n_r(i)`; the ridge is `1e-6 * trace(A)/n`.
public final class LinearFitting {
    private static final double RIDGE = 1e-6;

    private final int steps;
    private final double[][] products;
    private int count;

    /// @param steps of every recording
    public LinearFitting(int steps) {
        this.steps = steps;
        this.products = new double[2 * steps][2 * steps];
    }

    /// Takes in a run, which need not be kept.
    public void add(LinearFit.Recording recording) {
        if (recording.conds().size() != steps) {
            throw new IllegalArgumentException("a recording of " + recording.conds().size() + " steps among those of " + steps);
        }
        List<Latents> all = new ArrayList<>(recording.noises(recording.conds(), steps));
        all.addAll(recording.noises(recording.references(), steps));
        for (int p = 0; p < all.size(); p++) {
            for (int q = 0; q <= p; q++) {
                double product = LatentOps.dot(all.get(p), all.get(q));
                products[p][q] += product;
                products[q][p] = products[p][q];
            }
        }
        count++;
    }

    /// The fit of every step: which of them are estimated is for the policy to say.
    public LinearFit fit(FitKey key) {
        if (count == 0 || key.steps() != steps) {
            throw new IllegalArgumentException("a fit of " + key.steps() + " steps from " + count + " recordings of " + steps);
        }
        List<LinearFit.Row> rows = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            rows.add(row(i));
        }
        return new LinearFit(key, rows);
    }

    private LinearFit.Row row(int step) {
        int n = 2 * step + 1;
        double[][] a = new double[n][n];
        double[] b = new double[n];
        for (int p = 0; p < n; p++) {
            for (int q = 0; q <= p; q++) {
                a[p][q] = products[place(p, step)][place(q, step)];
            }
            b[p] = products[place(p, step)][steps + step];
        }
        List<Double> solved = Arrays.stream(solve(a, b)).mapToObj(LinearFitting::rounded).toList();
        return new LinearFit.Row(step, solved.subList(0, step + 1), solved.subList(step + 1, n));
    }

    /// To 8 digits: more than the noises themselves have, and a recipe that carries them stays short.
    private static Double rounded(double coefficient) {
        return BigDecimal.valueOf(coefficient).round(new MathContext(8)).doubleValue();
    }

    /// Where the regressor `p` of a step lies among all noises.
    private int place(int p, int step) {
        return p <= step ? p : steps + p - step - 1;
    }

    /// Solves `(a + ridge)*x = b` by Cholesky; only the lower triangle of `a` is read. Overwrites both.
    private static double[] solve(double[][] a, double[] b) {
        int n = b.length;
        double trace = 0;
        for (int i = 0; i < n; i++) {
            trace += a[i][i];
        }
        double ridge = Math.max(RIDGE * trace / n, Double.MIN_NORMAL);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = a[i][j] + (i == j ? ridge : 0);
                for (int k = 0; k < j; k++) {
                    sum -= a[i][k] * a[j][k];
                }
                a[i][j] = i == j ? Math.sqrt(Math.max(sum, Double.MIN_NORMAL)) : sum / a[j][j];
            }
        }
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < i; k++) {
                b[i] -= a[i][k] * b[k];
            }
            b[i] /= a[i][i];
        }
        for (int i = n - 1; i >= 0; i--) {
            for (int k = i + 1; k < n; k++) {
                b[i] -= a[k][i] * b[k];
            }
            b[i] /= a[i][i];
        }
        return b;
    }
}
