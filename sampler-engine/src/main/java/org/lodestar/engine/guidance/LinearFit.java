package org.lodestar.engine.guidance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
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
/// `key; row; row; ...` with rows `step: c... | r...` fits into a policy's parameter, so that a recipe carries its coefficients.
///
/// @param key   what it was fitted on
/// @param rows  by ascending step; not every step has one
public record LinearFit(FitKey key, List<Row> rows) {

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

        List<Latents> noises(List<Prediction> predictions, int count) {
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

    /// Number of steps of the runs.
    public int steps() {
        return key.steps();
    }

    /// Whether the net is asked for the second branch at `step` in a run that estimates where it can: at the even steps of the first half.
    public static boolean asks(int step, int steps) {
        return step % 2 == 0 && step < steps / 2;
    }

    /// How far off one step's estimate is on a recording that was not fitted: mean square errors, relative to the mean square of the second branch's noise.
    ///
    /// @param step           index of the step
    /// @param fitted         of the estimate from the true past
    /// @param fedBack        of the estimate from a past that was itself estimated where a run would have
    /// @param prompt         of taking the prompt's noise instead
    /// @param lastDifference of taking the prompt's noise and the difference of the two at the last step that was asked
    public record HeldOut(int step, double fitted, double fedBack, double prompt, double lastDifference) {}

    /// The errors on `held`, step by step.
    public List<HeldOut> errors(Recording held) {
        List<Latents> conds = held.noises(held.conds, held.conds.size());
        List<Latents> truth = held.noises(held.references, conds.size());
        List<Latents> seen = new ArrayList<>();
        Latents difference = LatentOps.scale(0, conds.getFirst());
        List<HeldOut> errors = new ArrayList<>();
        for (int i = 0; i < conds.size(); i++) {
            Latents wanted = truth.get(i);
            Optional<Row> row = asks(i, steps()) ? Optional.empty() : row(i);
            if (row.isEmpty()) {
                seen.add(wanted);
                difference = LatentOps.subtract(wanted, conds.get(i));
                continue;
            }
            Latents fedBack = row.get().estimate(conds.subList(0, i + 1), seen);
            errors.add(new HeldOut(
                    i,
                    error(row.get().estimate(conds.subList(0, i + 1), truth.subList(0, i)), wanted),
                    error(fedBack, wanted),
                    error(conds.get(i), wanted),
                    error(LatentOps.add(conds.get(i), difference), wanted)));
            seen.add(fedBack);
        }
        return errors;
    }

    private static double error(Latents estimate, Latents wanted) {
        return LatentOps.squaredNorm(LatentOps.subtract(estimate, wanted)) / LatentOps.squaredNorm(wanted);
    }

    /// The text form, which [#parse] reads back.
    public String text() {
        return rows.stream()
                .map(row -> row.step + ": " + numbers(row.c) + " | " + numbers(row.r))
                .collect(Collectors.joining("; ", key.text() + "; ", ""));
    }

    private static String numbers(List<Double> values) {
        return values.stream().map(Descriptor::plain).collect(Collectors.joining(" "));
    }

    /// @throws EngineException.InvalidInput if the text is not a fit
    public static LinearFit parse(String text) {
        String[] parts = text.split(";", -1);
        try {
            List<Row> rows = new ArrayList<>();
            for (String part : Arrays.asList(parts).subList(1, parts.length)) {
                String[] sides = part.split("[:|]", -1);
                Row row = new Row(Integer.parseInt(sides[0].strip()), values(sides[1]), values(sides[2]));
                if (row.c.size() != row.step + 1 || row.r.size() != row.step) {
                    throw refused("step " + row.step + " with " + row.c.size() + " and " + row.r.size() + " numbers");
                }
                rows.add(row);
            }
            return new LinearFit(FitKey.parse(parts[0]), rows);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw refused("\"" + Problem.brief(text, 40) + "\"");
        }
    }

    private static EngineException.InvalidInput refused(String found) {
        return new EngineException.InvalidInput(
                "linear_ag(fit)", "coefficients as the fit writes them: key; step: numbers | numbers; ...", found, "Fit again, or leave it out for plain guidance");
    }

    private static List<Double> values(String text) {
        return Arrays.stream(text.strip().split("\\s+")).filter(word -> !word.isEmpty()).map(Double::valueOf).toList();
    }
}
