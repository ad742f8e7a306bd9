package org.lodestar.engine.guidance;

/// Quantiles by linear interpolation between neighbours.
final class Quantile {
    private Quantile() {}

    /// @param sorted ascending, at least one
    /// @param share  0 the least, 1 the greatest
    static double of(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int below = (int) place;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
