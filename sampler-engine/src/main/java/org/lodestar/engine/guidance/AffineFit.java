package org.lodestar.engine.guidance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.parameter.Descriptor;

/// Two scalars per step that map the prompt's noise to about what guidance makes of it:
///
/// ```
/// n_r + w*(n_c - n_r) ~ a[i]*n_c + b[i]
/// ```
///
/// Fitted by least squares over recorded CFG runs; good only for runs like those: same model, steps, spacing, strength, size, and an empty negative prompt. The text form
/// `key; step: a b; ...` fits into a policy's parameter, so that a recipe carries its coefficients.
///
/// @param key  what it was fitted on
/// @param rows by ascending step; not every step needs one
public record AffineFit(FitKey key, List<Row> rows) {

    /// The map of one step.
    ///
    /// @param step index of the step
    /// @param a    factor
    /// @param b    added to every entry
    public record Row(int step, double a, double b) {
        /// The guess of the guided noise.
        Latents map(Latents noise) {
            return LatentOps.map(noise, value -> a * value + b);
        }
    }

    public AffineFit {
        rows = List.copyOf(rows);
    }

    /// Number of steps of the runs.
    public int steps() {
        return key.steps();
    }

    /// The row of a step, if it has one.
    Optional<Row> row(int step) {
        return rows.stream().filter(row -> row.step == step).findFirst();
    }

    /// Fits every step over recordings of equal length.
    ///
    /// Per step the normal equations of `a` and `b`, accumulated in 64-bit recording by recording:
    ///
    /// `a = (<n_c, n_g> - N*m_c*m_g) / (|n_c|^2 - N*m_c^2)`, `b = m_g - a*m_c`, with `N` values whose means are `m_c` and `m_g`; noise without spread is mapped by `a = 1`.
    ///
    /// @param key what the recordings are; its weight is the guidance weight whose result is wanted
    public static AffineFit fit(FitKey key, List<LinearFit.Recording> recordings) {
        if (recordings.isEmpty()) {
            throw new IllegalArgumentException("a fit needs at least one recording");
        }
        int steps = recordings.getFirst().conds().size();
        return new AffineFit(key, IntStream.range(0, steps).mapToObj(step -> fit(step, key.w(), recordings)).toList());
    }

    private static Row fit(int step, double w, List<LinearFit.Recording> recordings) {
        double count = 0;
        double sumCond = 0;
        double sumGuided = 0;
        double squares = 0;
        double products = 0;
        for (LinearFit.Recording recording : recordings) {
            Latents cond = recording.conds().get(step).noise();
            Latents guided = guided(recording, step, w);
            count += cond.size();
            sumCond += cond.size() * LatentOps.mean(cond);
            sumGuided += guided.size() * LatentOps.mean(guided);
            squares += LatentOps.squaredNorm(cond);
            products += LatentOps.dot(cond, guided);
        }
        double spread = squares - sumCond * sumCond / count;
        double a = spread > 1e-12 * squares ? (products - sumCond * sumGuided / count) / spread : 1;
        return new Row(step, a, (sumGuided - a * sumCond) / count);
    }

    private static Latents guided(LinearFit.Recording recording, int step, double w) {
        return LatentOps.extrapolate(recording.references().get(step).noise(), recording.conds().get(step).noise(), w);
    }

    /// How far off one step's guess is on a recording that was not fitted: mean square errors, relative to the mean square of the guided noise.
    ///
    /// @param step   index of the step
    /// @param fitted of the guess
    /// @param prompt of taking the prompt's noise instead
    public record HeldOut(int step, double fitted, double prompt) {}

    /// The errors on a recording that was not fitted, step by step.
    public List<HeldOut> errors(LinearFit.Recording held) {
        return rows.stream()
                .map(row -> {
                    Latents cond = held.conds().get(row.step).noise();
                    Latents wanted = guided(held, row.step, key.w());
                    double size = LatentOps.squaredNorm(wanted);
                    return new HeldOut(
                            row.step,
                            LatentOps.squaredNorm(LatentOps.subtract(row.map(cond), wanted)) / size,
                            LatentOps.squaredNorm(LatentOps.subtract(cond, wanted)) / size);
                })
                .toList();
    }

    /// The text form, which [#parse] reads back.
    public String text() {
        return rows.stream()
                .map(row -> row.step + ": " + Descriptor.plain(row.a) + " " + Descriptor.plain(row.b))
                .collect(Collectors.joining("; ", key.text() + "; ", ""));
    }

    /// @throws EngineException.InvalidInput if the text is not a fit
    public static AffineFit parse(String text) {
        String[] parts = text.split(";", -1);
        try {
            List<Row> rows = new ArrayList<>();
            for (String part : Arrays.asList(parts).subList(1, parts.length)) {
                String[] words = part.strip().split(":?\\s+", -1);
                if (words.length != 3) {
                    throw refused("\"" + part.strip() + "\"");
                }
                rows.add(new Row(Integer.parseInt(words[0]), finite(words[1]), finite(words[2])));
            }
            return new AffineFit(FitKey.parse(parts[0]), rows);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw refused("\"" + Problem.brief(text, 40) + "\"");
        }
    }

    private static double finite(String word) {
        double value = Double.parseDouble(word);
        if (!Double.isFinite(value)) {
            throw new NumberFormatException(word);
        }
        return value;
    }

    private static EngineException.InvalidInput refused(String found) {
        return new EngineException.InvalidInput(
                "core2_affine(fit)", "coefficients as the fit writes them: key; step: number number; ...", found, "Fit again, or leave it out for plain guidance");
    }
}
