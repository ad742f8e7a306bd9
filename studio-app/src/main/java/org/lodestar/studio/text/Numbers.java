package org.lodestar.studio.text;

import java.util.Locale;
import org.lodestar.engine.parameter.ParameterSpec;

/// How numbers are written on the screen: with a true minus sign, as many decimals as the step of their control, `–` where there is none.
public final class Numbers {
    private static final String NONE = "–";

    private Numbers() {}

    /// `value` with a fixed number of decimals.
    public static String fixed(double value, int decimals) {
        if (Double.isNaN(value)) {
            return NONE;
        }
        String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
        boolean zero = text.chars().noneMatch(c -> c >= '1' && c <= '9');
        return zero ? text.replace("-", "") : text.replace('-', '−');
    }

    /// `0.42` as `42 %`.
    public static String percent(double share) {
        return Double.isNaN(share) ? NONE : fixed(share * 100, 0) + " %";
    }

    /// A parameter's value with the decimals its step needs, and more if it was typed finer.
    public static String parameter(ParameterSpec.Real spec, double value) {
        int decimals = spec.whole() ? 0 : Math.max(decimals(spec.step()), 1);
        while (decimals < 6 && Math.abs(value - round(value, decimals)) > 1e-9) {
            decimals++;
        }
        return fixed(value, decimals);
    }

    /// Seconds as an artist reads them: `0.8 s`, `12 s`, `3 min 20 s`.
    public static String seconds(double seconds) {
        if (Double.isNaN(seconds)) {
            return NONE;
        }
        if (seconds < 9.95) {
            return fixed(seconds, 1) + " s";
        }
        long whole = Math.round(seconds);
        return whole < 60 ? whole + " s" : whole / 60 + " min " + whole % 60 + " s";
    }

    /// Steps per second, or seconds per step where that is below one.
    public static String pace(double stepsPerSecond) {
        return stepsPerSecond >= 1 ? fixed(stepsPerSecond, 1) + " it/s" : fixed(1 / stepsPerSecond, 1) + " s/it";
    }

    /// Bytes in whole MB, or GB with one decimal.
    public static String bytes(long bytes) {
        double mega = bytes / 1e6;
        return mega < 1000 ? fixed(mega, 0) + " MB" : fixed(mega / 1000, 1) + " GB";
    }

    private static int decimals(double step) {
        int decimals = 0;
        while (decimals < 6 && Math.abs(step - round(step, decimals)) > 1e-9) {
            decimals++;
        }
        return decimals;
    }

    private static double round(double value, int decimals) {
        double scale = Math.pow(10, decimals);
        return Math.rint(value * scale) / scale;
    }
}
