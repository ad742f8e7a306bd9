package org.lodestar.engine.guidance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.parameter.Descriptor;

/// Coefficients that estimate the second branch's noise from the noises seen so far, one scalar per past step and branch:
///
/// ```
/// n_r(i) ~ sum_{j<=i} c[j]*n_c(j) + sum_{j<i} r[j]*n_r(j)
/// ```
///
/// Fitted by least squares over recorded CFG runs; good only for runs like those: same model, steps, spacing, strength, size, and an empty negative prompt. The text form
/// `key; steps; row; row; ...` with rows `step: c... | r...` fits into a policy's parameter, so that a recipe carries its coefficients.
///
/// @param key   what it was fitted on, in words
/// @param steps number of steps of the runs
/// @param rows  by ascending step; not every step has one
public record LinearFit(String key, int steps, List<Row> rows) {

    /// The coefficients of one step.
    ///
    /// @param step index of the step
    /// @param c    for the prompt's noises of the steps 0..step
    /// @param r    for the second branch's noises of the steps 0..step-1
    public record Row(int step, List<Double> c, List<Double> r) {
        public Row {
            c = List.copyOf(c);
            r = List.copyOf(r);
        }

        /// The estimate.
        Latents estimate(List<Latents> conds, List<Latents> references) {
            Latents sum = LatentOps.scale(c.getFirst(), conds.getFirst());
            for (int j = 1; j < c.size(); j++) {
                sum = LatentOps.addScaled(sum, c.get(j), conds.get(j));
            }
            for (int j = 0; j < r.size(); j++) {
                sum = LatentOps.addScaled(sum, r.get(j), references.get(j));
            }
            return sum;
        }
    }

    /// What a CFG run answered, step by step.
    public record Recording(List<Prediction> conds, List<Prediction> references) {
        public Recording {
            conds = List.copyOf(conds);
            references = List.copyOf(references);
            if (conds.size() != references.size()) {
                throw new IllegalArgumentException("a recording needs both branches at every step");
            }
        }

        private List<Latents> noises(List<Prediction> predictions, int count) {
            return predictions.subList(0, count).stream().map(Prediction::noise).toList();
        }
    }

    public LinearFit {
        rows = List.copyOf(rows);
    }

    /// The row of a step, if it has one.
    Optional<Row> row(int step) {
        return rows.stream().filter(row -> row.step == step).findFirst();
    }

    /// Fits the odd steps of the first half (the even ones ask the net) and all steps of the second half, over recordings of equal length.
    ///
    /// Ordinary least squares per step with the ridge `1e-6 * trace/n`, accumulated in 64-bit.
    public static LinearFit fit(String key, List<Recording> recordings) {
        if (recordings.isEmpty()) {
            throw new IllegalArgumentException("a fit needs at least one recording");
        }
        int steps = recordings.getFirst().conds.size();
        List<Row> rows = new ArrayList<>();
        for (int i = 1; i < steps; i++) {
            if (i % 2 == 1 || i >= steps / 2) {
                rows.add(fit(i, recordings));
            }
        }
        return new LinearFit(key, steps, rows);
    }

    private static Row fit(int step, List<Recording> recordings) {
        int n = 2 * step + 1;
        double[][] a = new double[n][n];
        double[] b = new double[n];
        for (Recording recording : recordings) {
            List<Latents> regressors = new ArrayList<>(recording.noises(recording.conds, step + 1));
            regressors.addAll(recording.noises(recording.references, step));
            Latents wanted = recording.references.get(step).noise();
            for (int p = 0; p < n; p++) {
                for (int q = 0; q <= p; q++) {
                    a[p][q] += LatentOps.dot(regressors.get(p), regressors.get(q));
                }
                b[p] += LatentOps.dot(regressors.get(p), wanted);
            }
        }
        List<Double> solved = Arrays.stream(solve(a, b)).boxed().toList();
        return new Row(step, solved.subList(0, step + 1), solved.subList(step + 1, n));
    }

    /// Solves `(a + ridge)*x = b` by Cholesky; only the lower triangle of `a` is read. Overwrites both.
    private static double[] solve(double[][] a, double[] b) {
        int n = b.length;
        double trace = 0;
        for (int i = 0; i < n; i++) {
            trace += a[i][i];
        }
        double ridge = Math.max(1e-6 * trace / n, Double.MIN_NORMAL);
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

    /// How far off one step's estimate is on a recording that was not fitted.
    ///
    /// @param step     index of the step
    /// @param fitted   mean square error of the estimate, relative to the mean square of the second branch's noise
    /// @param trivial  the same of taking the prompt's noise instead
    public record HeldOut(int step, double fitted, double trivial) {}

    /// The errors on `held`, from its true past values.
    public List<HeldOut> errors(Recording held) {
        return rows.stream()
                .map(row -> {
                    Latents wanted = held.references.get(row.step).noise();
                    Latents estimate = row.estimate(held.noises(held.conds, row.step + 1), held.noises(held.references, row.step));
                    double size = LatentOps.squaredNorm(wanted);
                    return new HeldOut(
                            row.step,
                            LatentOps.squaredNorm(LatentOps.subtract(estimate, wanted)) / size,
                            LatentOps.squaredNorm(LatentOps.subtract(held.conds.get(row.step).noise(), wanted)) / size);
                })
                .toList();
    }

    /// The text form, which [#parse] reads back.
    public String text() {
        return rows.stream()
                .map(row -> row.step + ": " + numbers(row.c) + " | " + numbers(row.r))
                .collect(Collectors.joining("; ", key.replace(';', ',') + "; " + steps + "; ", ""));
    }

    private static String numbers(List<Double> values) {
        return values.stream().map(Descriptor::plain).collect(Collectors.joining(" "));
    }

    /// @throws EngineException.InvalidInput if the text is not a fit
    public static LinearFit parse(String text) {
        String[] parts = text.split(";", -1);
        try {
            List<Row> rows = new ArrayList<>();
            for (String part : Arrays.asList(parts).subList(2, parts.length)) {
                String[] sides = part.split("[:|]", -1);
                Row row = new Row(Integer.parseInt(sides[0].strip()), values(sides[1]), values(sides[2]));
                if (row.c.size() != row.step + 1 || row.r.size() != row.step) {
                    throw refused("step " + row.step + " with " + row.c.size() + " and " + row.r.size() + " numbers");
                }
                rows.add(row);
            }
            return new LinearFit(parts[0].strip(), Integer.parseInt(parts[1].strip()), rows);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw refused("\"" + (text.length() > 40 ? text.substring(0, 40) + "..." : text) + "\"");
        }
    }

    private static EngineException.InvalidInput refused(String found) {
        return new EngineException.InvalidInput(
                "linear_ag(fit)", "coefficients as the fit writes them: key; steps; step: numbers | numbers; ...", found, "Fit again, or leave it out for plain guidance");
    }

    private static List<Double> values(String text) {
        return Arrays.stream(text.strip().split("\\s+")).filter(word -> !word.isEmpty()).map(Double::valueOf).toList();
    }
}
