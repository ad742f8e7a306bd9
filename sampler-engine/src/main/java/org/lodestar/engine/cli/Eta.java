package org.lodestar.engine.cli;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;

/// How long a run will still take: the median time of the steps so far, without the first (which warms the network up), times the steps left. It never
/// climbs: where the run falls behind, the last estimate stands until the steps left catch up with it.
final class Eta {
    private final List<Double> steps = new ArrayList<>();
    private double promised = Double.POSITIVE_INFINITY;
    private boolean first = true;

    /// A step is done.
    ///
    /// @param seconds how long it took
    void step(double seconds) {
        if (first) {
            first = false;
            return;
        }
        int at = Collections.binarySearch(steps, seconds);
        steps.add(at < 0 ? -at - 1 : at, seconds);
    }

    /// Median seconds of a step; nothing before the second one.
    OptionalDouble secondsPerStep() {
        if (steps.isEmpty()) {
            return OptionalDouble.empty();
        }
        int middle = steps.size() / 2;
        return OptionalDouble.of(steps.size() % 2 == 1 ? steps.get(middle) : (steps.get(middle - 1) + steps.get(middle)) / 2);
    }

    /// Seconds left with `stepsLeft` to go; nothing before the second step.
    OptionalDouble secondsLeft(int stepsLeft) {
        if (steps.isEmpty()) {
            return OptionalDouble.empty();
        }
        promised = Math.min(promised, secondsPerStep().orElseThrow() * stepsLeft);
        return OptionalDouble.of(promised);
    }
}
