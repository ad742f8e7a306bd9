package org.lodestar.studio.control;

import java.util.List;
import java.util.function.DoubleFunction;

/// One line of a [TelemetryPlot].
///
/// @param name   what an artist calls it: "alignment"
/// @param help   what it means, as a sentence, or ""
/// @param color  1 to 8: which of the style sheet's series colours
/// @param values one per step; NaN where there is none, which leaves a gap
/// @param range  the axis it is drawn on
/// @param format how a value reads
public record Series(String name, String help, int color, List<Double> values, Range range, DoubleFunction<String> format) {

    public static final int COLORS = 8;

    public Series {
        if (color < 1 || color > COLORS) {
            throw new IllegalArgumentException("a series colour is 1 to " + COLORS + ", found " + color);
        }
        values = List.copyOf(values);
    }

    /// From where to where an axis reaches. Ends that are NaN follow the values.
    public record Range(double low, double high) {
        public static final Range AUTO = new Range(Double.NaN, Double.NaN);
        public static final Range UNIT = new Range(0, 1);

        /// Open ends filled from `values`, with a little air, and never empty. NaNs are skipped.
        Range fitted(Iterable<Double> all) {
            double min = Double.POSITIVE_INFINITY;
            double max = Double.NEGATIVE_INFINITY;
            for (double value : all) {
                if (Double.isFinite(value)) {
                    min = Math.min(min, value);
                    max = Math.max(max, value);
                }
            }
            if (min > max) {
                return new Range(Double.isNaN(low) ? 0 : low, Double.isNaN(high) ? 1 : high);
            }
            double air = Math.max((max - min) * 0.06, Math.max(1e-9, Math.abs(max) * 1e-3));
            double from = Double.isNaN(low) ? min - air : low;
            double to = Double.isNaN(high) ? max + air : high;
            return to > from ? new Range(from, to) : new Range(from, from + 1);
        }

        double share(double value) {
            return (value - low) / (high - low);
        }
    }

    /// The value at `step`, or NaN outside.
    public double at(int step) {
        return step >= 0 && step < values.size() ? values.get(step) : Double.NaN;
    }

    /// The value at `step` in words; a dash where there is none.
    public String textAt(int step) {
        double value = at(step);
        return Double.isNaN(value) ? "–" : format.apply(value);
    }
}
