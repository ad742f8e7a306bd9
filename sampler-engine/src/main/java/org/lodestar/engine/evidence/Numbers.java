package org.lodestar.engine.evidence;

import java.math.BigDecimal;
import java.math.MathContext;

/// How numbers are written in reports.
final class Numbers {

    private Numbers() {}

    /// Three significant digits, "–" for NaN.
    static String brief(double value) {
        return Double.isNaN(value) ? "–" : Double.isInfinite(value) ? value > 0 ? "∞" : "-∞" : rounded(value, value == Math.rint(value) && Math.abs(value) < 1e6 ? 7 : 3);
    }

    /// Seven significant digits, "" for NaN: for tables that are read by programs.
    static String full(double value) {
        return Double.isNaN(value) ? "" : Double.isInfinite(value) ? String.valueOf(value) : rounded(value, 7);
    }

    /// No digits that say nothing: `5`, `7.5`.
    static String plain(double value) {
        return rounded(value, 12);
    }

    /// A whole percentage.
    static String percent(double share) {
        return Double.isNaN(share) ? "–" : Math.round(100 * share) + " %";
    }

    private static String rounded(double value, int digits) {
        BigDecimal exact = BigDecimal.valueOf(value).round(new MathContext(digits));
        return exact.signum() == 0 ? "0" : exact.stripTrailingZeros().toPlainString();
    }
}
