package org.lodestar.engine.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/// The variances `beta_1..beta_T` of the discrete noising process `x_t = sqrt(1 - beta_t) x_(t-1) + sqrt(beta_t) eps`, from which a [VpSchedule] is made.
///
/// `abar_t = (1 - beta_1) (1 - beta_2) ... (1 - beta_t)` is the share of variance of the clean sample that is left.
///
/// Networks are trained with tables kept in 32 bits, where `1 - beta` loses digits: over a thousand factors that changes noise levels by about two millionths. The
/// table is therefore rounded as theirs is (betas, `1 - beta` and each `abar`, while products accumulate in 64 bits); everything made from it is 64-bit.
///
/// @param betas each in 0..1, least noise first; at least two
/// @see <a href="https://arxiv.org/abs/2006.11239">Ho et al. 2020</a>
public record BetaTable(List<Float> betas) {

    public BetaTable {
        betas = List.copyOf(betas);
        if (betas.size() < 2) {
            throw new IllegalArgumentException("a table of betas needs at least two entries, got " + betas.size());
        }
        for (float beta : betas) {
            if (!(beta >= 0 && beta <= 1)) {
                throw new IllegalArgumentException("every beta lies in 0..1, got " + beta);
            }
        }
    }

    /// `beta` from `start` to `end` in equal steps.
    public static BetaTable linear(int times, double start, double end) {
        return new BetaTable(evenly(times, (float) start, (float) end));
    }

    /// `sqrt(beta)` from `sqrt(start)` to `sqrt(end)` in equal steps: what Stable Diffusion was trained with (0.00085 to 0.012).
    public static BetaTable scaledLinear(int times, double start, double end) {
        List<Float> roots = evenly(times, (float) StrictMath.sqrt(start), (float) StrictMath.sqrt(end));
        return new BetaTable(roots.stream().map(root -> root * root).toList());
    }

    /// `beta_i = min(1 - f((i+1)/T) / f(i/T), 0.999)` with `f(u) = cos^2((u + 0.008)/1.008 * pi/2)`.
    ///
    /// @see <a href="https://arxiv.org/abs/2102.09672">Nichol and Dhariwal 2021</a>
    public static BetaTable cosine(int times) {
        return new BetaTable(table(times, i -> Math.min(1 - cosineShare((i + 1.0) / times) / cosineShare((double) i / times), 0.999)));
    }

    /// The table of the process whose last `abar` is 0, so that nothing of the clean sample is left: `sqrt(abar)` is shifted to end at 0 and stretched to keep its
    /// first value.
    ///
    /// @see <a href="https://arxiv.org/abs/2305.08891">Lin et al. 2023, algorithm 1</a>
    public BetaTable withZeroTerminalSnr() {
        List<Float> roots = alphaBars().stream().map(bar -> (float) StrictMath.sqrt(bar)).toList();
        float first = roots.getFirst();
        float last = roots.getLast();
        float stretch = first / (first - last);
        List<Float> bars = roots.stream().map(root -> (root - last) * stretch).map(root -> root * root).toList();
        return new BetaTable(table(bars.size(), i -> 1 - (i == 0 ? bars.getFirst() : bars.get(i) / bars.get(i - 1))));
    }

    /// The cumulative products `abar_1..abar_T`.
    public List<Double> alphaBars() {
        List<Double> bars = new ArrayList<>(betas.size());
        double product = 1;
        for (float beta : betas) {
            product *= 1 - beta;
            bars.add((double) (float) product);
        }
        return bars;
    }

    private static double cosineShare(double u) {
        double c = StrictMath.cos((u + 0.008) / 1.008 * Math.PI / 2);
        return c * c;
    }

    /// Equal steps counted from the nearer end, in 32 bits.
    private static List<Float> evenly(int count, float from, float to) {
        float step = (to - from) / (count - 1);
        return table(count, i -> i < count / 2 ? from + step * i : to - step * (count - 1 - i));
    }

    private static List<Float> table(int count, IntToDoubleFunction entry) {
        List<Float> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            values.add((float) entry.applyAsDouble(i));
        }
        return values;
    }
}
