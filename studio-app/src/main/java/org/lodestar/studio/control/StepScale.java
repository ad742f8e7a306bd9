package org.lodestar.studio.control;

/// Where steps lie along a horizontal axis: `steps` equal cells with a gap between neighbours. Used by the timeline and the plot, so that what stands above each other belongs
/// together.
///
/// @param steps number of cells, at least 1
/// @param width length of the axis
/// @param gap   space between cells
record StepScale(int steps, double width, double gap) {

    StepScale {
        if (steps < 1) {
            throw new IllegalArgumentException("an axis needs at least 1 step, found " + steps);
        }
    }

    /// Gaps that get narrower where cells do.
    static StepScale of(int steps, double width) {
        double pitch = width / steps;
        return new StepScale(steps, width, pitch >= 14 ? 3 : pitch >= 7 ? 2 : 1);
    }

    double left(int step) {
        return step * (width + gap) / steps;
    }

    double right(int step) {
        return (step + 1) * (width + gap) / steps - gap;
    }

    double centre(int step) {
        return (left(step) + right(step)) / 2;
    }

    /// The step nearest to `x`.
    int stepAt(double x) {
        return Math.clamp((int) Math.floor((x + gap / 2) * steps / (width + gap)), 0, steps - 1);
    }
}
