package org.lodestar.engine.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/// One axis of a [Plot].
///
/// @param label what is measured, with its unit
/// @param min   where it starts, or NaN to fit the data
/// @param max   where it ends, or NaN to fit the data
/// @param log   whether equal distances are equal ratios; data at or below 0 is left out
public record PlotAxis(String label, double min, double max, boolean log) {

    /// Fits the data.
    public static PlotAxis fitted(String label) {
        return new PlotAxis(label, Double.NaN, Double.NaN, false);
    }

    /// From `min` to `max`, whatever the data; NaN fits the data at that end.
    public static PlotAxis of(String label, double min, double max) {
        return new PlotAxis(label, min, max, false);
    }

    /// Fits the data on a logarithmic scale.
    public static PlotAxis logarithmic(String label) {
        return new PlotAxis(label, Double.NaN, Double.NaN, true);
    }

    /// A place with its label.
    record Tick(double value, String label) {}

    /// The axis with both ends known.
    ///
    /// @param transformedMin least value as placed: its logarithm where the axis is logarithmic
    record Scale(double transformedMin, double transformedMax, boolean log, List<Tick> ticks) {

        /// Where `value` lies, 0 at the start and 1 at the end of the axis; NaN where it cannot be shown.
        double place(double value) {
            double v = log ? value > 0 ? Math.log10(value) : Double.NaN : value;
            return (v - transformedMin) / (transformedMax - transformedMin);
        }
    }

    /// This axis for `data`, with about `wanted` ticks at round numbers. Ends that are fitted move out to a tick.
    Scale scale(DoubleStream data, int wanted) {
        double[] shown = data.filter(v -> Double.isFinite(v) && (!log || v > 0)).map(v -> log ? Math.log10(v) : v).toArray();
        double least = Double.isNaN(min) ? DoubleStream.of(shown).min().orElse(0) : log ? Math.log10(min) : min;
        double most = Double.isNaN(max) ? DoubleStream.of(shown).max().orElse(1) : log ? Math.log10(max) : max;
        if (most - least < 1e-12 * Math.max(1, Math.abs(most))) {
            double margin = least == 0 ? 1 : Math.abs(least) * 0.1;
            least -= Double.isNaN(min) ? margin : 0;
            most += Double.isNaN(max) ? margin : least == most ? margin : 0;
        }
        return log ? logScale(least, most) : linearScale(least, most, wanted);
    }

    private Scale linearScale(double least, double most, int wanted) {
        double step = roundStep((most - least) / wanted);
        double from = Double.isNaN(min) ? Math.floor(least / step + 1e-9) * step : least;
        double to = Double.isNaN(max) ? Math.ceil(most / step - 1e-9) * step : most;
        int digits = Math.max(0, (int) -Math.floor(Math.log10(step) + 1e-9));
        List<Tick> ticks = new ArrayList<>();
        for (long i = (long) Math.ceil(from / step - 1e-9); i * step <= to + step * 1e-9; i++) {
            ticks.add(new Tick(i * step, String.format(Locale.ROOT, "%." + digits + "f", i * step + 0.0)));
        }
        return new Scale(from, to, false, ticks);
    }

    private static Scale logScale(double least, double most) {
        List<Tick> ticks = new ArrayList<>();
        boolean few = most - least < 2.5;
        for (int power = (int) Math.floor(least); power <= Math.ceil(most); power++) {
            for (int digit : few ? new int[] {1, 2, 5} : new int[] {1}) {
                double value = Math.log10(digit) + power;
                if (value >= least - 1e-9 && value <= most + 1e-9) {
                    double plain = digit * Math.pow(10, power);
                    ticks.add(new Tick(plain, String.format(Locale.ROOT, "%." + Math.max(0, -power) + "f", plain)));
                }
            }
        }
        return new Scale(least, most, true, ticks);
    }

    /// The least of 1, 2, 5 and 10 times a power of ten that is not below `raw`.
    private static double roundStep(double raw) {
        double power = Math.pow(10, Math.floor(Math.log10(raw)));
        for (double factor : new double[] {1, 2, 5}) {
            if (factor * power >= raw * (1 - 1e-9)) {
                return factor * power;
            }
        }
        return 10 * power;
    }
}
