package org.lodestar.engine.evidence;

import java.util.Arrays;
import java.util.Collection;
import java.util.function.ToDoubleFunction;
import org.lodestar.engine.image.Plot;

/// The middle of some numbers and how far they scatter. Numbers that do not exist (NaN) are left out; of none at all everything is NaN.
///
/// @param low    first quartile
/// @param median the middle one
/// @param high   third quartile
public record Spread(double low, double median, double high) {

    /// Quartiles of `values`, interpolated linearly between the two nearest.
    public static Spread of(double... values) {
        double[] sorted = Arrays.stream(values).filter(v -> !Double.isNaN(v)).sorted().toArray();
        return new Spread(quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75));
    }

    /// Quartiles of one quantity.
    public static <T> Spread of(Collection<T> things, ToDoubleFunction<? super T> quantity) {
        return of(things.stream().mapToDouble(quantity).toArray());
    }

    private static double quantile(double[] sorted, double share) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        double at = share * (sorted.length - 1);
        int below = (int) at;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] == sorted[above] ? sorted[below] : sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }

    /// `0.952 (0.91 to 0.97)`, or a dash where there is nothing to tell.
    @Override
    public String toString() {
        return Double.isNaN(median) ? Numbers.brief(median) : Numbers.brief(median) + " (" + Numbers.brief(low) + " to " + Numbers.brief(high) + ")";
    }

    /// This spread over `x` in a plot.
    Plot.Point at(double x) {
        return new Plot.Point(x, median, low, high);
    }
}
