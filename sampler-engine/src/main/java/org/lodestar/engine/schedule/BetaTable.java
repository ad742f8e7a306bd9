package org.lodestar.engine.schedule;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// The variances `beta_1..beta_T` of the discrete noising process `x_t = sqrt(1 - beta_t) x_(t-1) + sqrt(beta_t) eps`, from which a [VpSchedule] is made.
///
/// `abar_t = (1 - beta_1) (1 - beta_2) ... (1 - beta_t)` is the share of variance of the clean sample that is left.
///
/// @param betas each in 0..1, least noise first; at least two
/// @see <a href="https://arxiv.org/abs/2006.11239">Ho et al. 2020</a>
public record BetaTable(List<Double> betas) {

    public BetaTable {
        betas = List.copyOf(betas);
        if (betas.size() < 2) {
            throw new IllegalArgumentException("a table of betas needs at least two entries, got " + betas.size());
        }
        for (double beta : betas) {
            if (!(beta >= 0 && beta <= 1)) {
                throw new IllegalArgumentException("every beta lies in 0..1, got " + beta);
            }
        }
    }

    /// `beta` from `start` to `end` in equal steps.
    public static BetaTable linear(int times, double start, double end) {
        return new BetaTable(evenly(times, start, end).boxed().toList());
    }

    /// `sqrt(beta)` from `sqrt(start)` to `sqrt(end)` in equal steps: what Stable Diffusion was trained with (0.00085 to 0.012).
    public static BetaTable scaledLinear(int times, double start, double end) {
        return new BetaTable(evenly(times, StrictMath.sqrt(start), StrictMath.sqrt(end)).map(root -> root * root).boxed().toList());
    }

    /// `beta_i = min(1 - f((i+1)/T) / f(i/T), 0.999)` with `f(u) = cos^2((u + 0.008)/1.008 * pi/2)`.
    ///
    /// @see <a href="https://arxiv.org/abs/2102.09672">Nichol and Dhariwal 2021</a>
    public static BetaTable cosine(int times) {
        return new BetaTable(IntStream.range(0, times)
                .mapToDouble(i -> Math.min(1 - cosineShare((i + 1.0) / times) / cosineShare((double) i / times), 0.999))
                .boxed()
                .toList());
    }

    /// The cumulative products `abar_1..abar_T`.
    public List<Double> alphaBars() {
        double[] bars = new double[betas.size()];
        double product = 1;
        for (int i = 0; i < bars.length; i++) {
            product *= 1 - betas.get(i);
            bars[i] = product;
        }
        return DoubleStream.of(bars).boxed().toList();
    }

    /// `abar` changed so that nothing of the clean sample is left at the last time: `sqrt(abar)` is shifted to end at 0 and stretched to keep its first value.
    ///
    /// @see <a href="https://arxiv.org/abs/2305.08891">Lin et al. 2023, algorithm 1</a>
    public List<Double> zeroTerminalAlphaBars() {
        List<Double> bars = alphaBars();
        double first = StrictMath.sqrt(bars.getFirst());
        double last = StrictMath.sqrt(bars.getLast());
        return bars.stream()
                .map(bar -> {
                    double root = (StrictMath.sqrt(bar) - last) * first / (first - last);
                    return root * root;
                })
                .toList();
    }

    private static double cosineShare(double u) {
        double c = StrictMath.cos((u + 0.008) / 1.008 * Math.PI / 2);
        return c * c;
    }

    private static DoubleStream evenly(int count, double from, double to) {
        return IntStream.range(0, count).mapToDouble(i -> from + (to - from) * i / (count - 1));
    }
}
