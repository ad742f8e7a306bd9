package org.lodestar.engine.schedule;

/// The distribution on 0..1 with density proportional to `x^(a-1) * (1-x)^(b-1)`.
///
/// @param a first shape parameter, above 0
/// @param b second shape parameter, above 0
record BetaDistribution(double a, double b) {

    /// `P(X <= x)`, the regularized incomplete beta function `I_x(a, b)`.
    ///
    /// Uses the continued fraction on the side of the mean where it converges quickly, and `I_x(a, b) = 1 - I_(1-x)(b, a)` on the other.
    double cumulative(double x) {
        if (x <= 0) {
            return 0;
        }
        if (x >= 1) {
            return 1;
        }
        double front = StrictMath.exp(a * StrictMath.log(x) + b * StrictMath.log1p(-x) - logBeta());
        return x < (a + 1) / (a + b + 2)
                ? front / a * continuedFraction(a, b, x)
                : 1 - front / b * continuedFraction(b, a, 1 - x);
    }

    /// The `x` with `P(X <= x) = p`, by bisection down to neighbouring numbers.
    double quantile(double p) {
        double low = 0;
        double high = 1;
        if (p <= 0) {
            return low;
        }
        if (p >= 1) {
            return high;
        }
        while (true) {
            double middle = (low + high) / 2;
            if (middle <= low || middle >= high) {
                return middle;
            }
            if (cumulative(middle) < p) {
                low = middle;
            } else {
                high = middle;
            }
        }
    }

    private double logBeta() {
        return logGamma(a) + logGamma(b) - logGamma(a + b);
    }

    /// `1/(1 + d1/(1 + d2/(1 + ...)))` with the coefficients of DLMF 8.17.22, by the modified Lentz method.
    private static double continuedFraction(double a, double b, double x) {
        double tiny = 1e-300;
        double c = 1;
        double d = 1 / nonZero(1 - (a + b) * x / (a + 1), tiny);
        double value = d;
        for (int m = 1; m < 10_000; m++) {
            double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / nonZero(1 + even * d, tiny);
            c = nonZero(1 + even / c, tiny);
            value *= c * d;
            double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / nonZero(1 + odd * d, tiny);
            c = nonZero(1 + odd / c, tiny);
            double change = c * d;
            value *= change;
            if (Math.abs(change - 1) < 1e-15) {
                break;
            }
        }
        return value;
    }

    private static double nonZero(double v, double tiny) {
        return Math.abs(v) < tiny ? tiny : v;
    }

    /// `ln Gamma(x)` for `x > 0`: Stirling's series at `x + 12`, brought back by the recurrence.
    private static double logGamma(double x) {
        double product = 1;
        double y = x;
        for (; y < 12; y++) {
            product *= y;
        }
        double i = 1 / (y * y);
        double series = (1.0 / 12 - i * (1.0 / 360 - i * (1.0 / 1260 - i * (1.0 / 1680 - i / 1188)))) / y;
        return (y - 0.5) * StrictMath.log(y) - y + StrictMath.log(2 * Math.PI) / 2 + series - StrictMath.log(product);
    }
}
