package org.lodestar.engine.sampler;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.GuidedDenoiser;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.schedule.NoiseLevel;

/// The unified predictor-corrector: a multistep prediction of the next state, and, as soon as the clean sample there is known, a correction of it that costs no evaluation of its own.
/// Over `l = ln(alpha/sigma)`, with `h = l' - l`, `r_k = (l_k - l)/h` and the differences `D_k - D` to the clean samples of the last steps:
///
/// `predict  x' = alpha'*D + sigma'*n - alpha'*B*sum_k p_k*(D_k - D)/r_k`,
/// `correct  x' = alpha'*D + sigma'*n - alpha'*B*(sum_k q_k*(D_k - D)/r_k + q*(D' - D))`, `B = -h` (bh1) or `B = e^-h - 1` (bh2)
///
/// The weights solve `sum_k p_k*r_k^(i-1) = b_i`, `i = 1, 2, ...` (with `r = 1` for `q`), `b_i = i!*phi_(i+1)(-h)*(-h)/B`; with one unknown they are 1/2.
///
/// The correction is applied as a change of the noise direction of its step, `n := n + (x_corrected - x)/sigma`, so that a direction chosen by a policy is kept. The first step, the
/// step after pure noise and the last step have order 1, the last but one at most order 2.
///
/// Of its order at least, one evaluation per step, no noise.
///
/// @param order  1 to 3
/// @param linear whether `B` is `-h` (bh1)
/// @see <a href="https://arxiv.org/abs/2302.04867">Zhao et al. 2023</a>
public record UniPc(int order, boolean linear) implements Sampler {

    public static final SamplerType TYPE = new SamplerType(
            new Descriptor(
                    "unipc",
                    "UniPC",
                    "Unified predictor-corrector",
                    "Corrects every step with what it learns in the next one: very good pictures in 8 to 15 steps.",
                    "x' = alpha'*D + sigma'*n - alpha'*B*sum_k p_k*(D_k - D)/r_k, then corrected with D'; r_k = (l_k - l)/h, B = -h or e^-h - 1",
                    "arXiv 2302.04867",
                    Descriptor.Fidelity.EXACT,
                    List.of(
                            ParameterSpec.whole("order", "Order", 1, 3, 2, "How many steps are looked at; 2 with guidance, 3 without."),
                            new ParameterSpec.Choice("variant", "Variant", List.of("bh1", "bh2"), "bh2", "bh1 suits very few steps, bh2 the rest."))),
            2,
            1,
            1,
            false,
            p -> new UniPc((int) p.number("order"), p.text("variant").equals("bh1")));

    /// One step: where it started, and its clean sample.
    private record Past(NoiseLevel level, Latents denoised) {}

    /// The last steps, latest first, the noise direction of the latest one, and the order it was predicted with.
    private record Known(List<Past> past, Latents noise, int order) implements History {}

    @Override
    public Evaluation<SamplerState> step(Step step, SamplerState state, GuidedDenoiser denoiser, StepNoise noise) {
        NoiseLevel here = step.here();
        return denoiser.at(state.x(), here).map(p -> {
            Latents direction = state.history() instanceof Known known ? corrected(known, here, state.x(), p) : p.noise();
            List<Past> before = state.history() instanceof Known known ? known.past() : List.of();
            List<Past> past = Stream.concat(Stream.of(new Past(here, p.denoised())), before.stream()).limit(order).toList();
            int used = Math.min(past.size(), step.grid().steps() - step.index());
            Latents next = first(past.getFirst(), direction, step.next());
            if (used > 1) {
                next = change(past.subList(0, used), step.next(), null, next);
            }
            // A step from pure noise is infinitely far away in l.
            return new SamplerState(next, here.alpha() == 0 ? History.NONE : new Known(past, direction, used));
        });
    }

    /// The noise direction at `here` after the correction of the step that led there.
    private Latents corrected(Known known, NoiseLevel here, Latents x, Prediction p) {
        Latents first = first(known.past().getFirst(), known.noise(), here);
        Latents better = change(known.past().subList(0, known.order()), here, p.denoised(), first);
        return LatentOps.combine(1, p.noise(), 1 / here.sigma(), better, -1 / here.sigma(), x);
    }

    /// `alpha'*D + sigma'*n`
    private static Latents first(Past from, Latents noise, NoiseLevel to) {
        return LatentOps.combine(to.alpha(), from.denoised(), to.sigma(), noise);
    }

    /// `first` with the differences added: those between the last steps, and the one to the clean sample `there` at the end of the step, if it is known.
    private Latents change(List<Past> past, NoiseLevel to, @Nullable Latents there, Latents first) {
        Past from = past.getFirst();
        double l = from.level().halfLogSnr();
        double h = to.halfLogSnr() - l;
        if (h == 0) {
            return first;
        }
        List<Double> ratios = new ArrayList<>();
        List<Latents> differences = new ArrayList<>();
        for (Past earlier : past.subList(1, past.size())) {
            ratios.add((earlier.level().halfLogSnr() - l) / h);
            differences.add(LatentOps.subtract(earlier.denoised(), from.denoised()));
        }
        if (there != null) {
            ratios.add(1.0);
            differences.add(LatentOps.subtract(there, from.denoised()));
        }
        double b = linear ? -h : StrictMath.expm1(-h);
        double[] weights = weights(ratios, -h, b);
        Latents sum = first;
        for (int k = 0; k < weights.length; k++) {
            sum = LatentOps.addScaled(sum, -to.alpha() * b * weights[k] / ratios.get(k), differences.get(k));
        }
        return sum;
    }

    /// The solution of `sum_k w_k*r_k^(i-1) = i!*phi_(i+1)(u)*u/b`, where `u*phi_2(u) = (e^u - 1)/u - 1` and `phi_(i+1)(u) = (phi_i(u) - 1/i!)/u`.
    private static double[] weights(List<Double> ratios, double u, double b) {
        int n = ratios.size();
        if (n == 1) {
            return new double[] {0.5};
        }
        double[][] rows = new double[n][n + 1];
        double phi = StrictMath.expm1(u) / u - 1;
        double factorial = 1;
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < n; k++) {
                rows[i][k] = StrictMath.pow(ratios.get(k), i);
            }
            rows[i][n] = phi * factorial / b;
            factorial *= i + 2;
            phi = phi / u - 1 / factorial;
        }
        return solve(rows);
    }

    /// Gauss-Jordan elimination; the powers of distinct ratios, none of them 0, keep every pivot away from 0.
    private static double[] solve(double[][] rows) {
        int n = rows.length;
        for (int i = 0; i < n; i++) {
            for (int j = n; j >= i; j--) {
                rows[i][j] /= rows[i][i];
            }
            for (int other = 0; other < n; other++) {
                double factor = rows[other][i];
                for (int j = i; other != i && j <= n; j++) {
                    rows[other][j] -= factor * rows[i][j];
                }
            }
        }
        double[] solution = new double[n];
        for (int i = 0; i < n; i++) {
            solution[i] = rows[i][n];
        }
        return solution;
    }
}
