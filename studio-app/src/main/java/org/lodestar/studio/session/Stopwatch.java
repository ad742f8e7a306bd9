package org.lodestar.studio.session;

/// Measures the pace of a run from the moments its steps were seen. The first step, in which the network warms up, does not count.
final class Stopwatch {
    private long first;
    private int firstDone;
    private double leastLeft = Double.POSITIVE_INFINITY;

    /// The pace when `done` of `steps` steps are done at `now` nanoseconds.
    Pace at(long now, int done, int steps) {
        if (done == 0) {
            return Pace.UNKNOWN;
        }
        if (firstDone == 0) {
            first = now;
            firstDone = done;
            return Pace.UNKNOWN;
        }
        if (done == firstDone || now <= first) {
            return Pace.UNKNOWN;
        }
        double rate = (done - firstDone) * 1e9 / (now - first);
        leastLeft = Math.min(leastLeft, (steps - done) / rate);
        return new Pace(rate, leastLeft);
    }
}
