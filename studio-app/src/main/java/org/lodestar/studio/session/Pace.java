package org.lodestar.studio.session;

/// How fast a run goes.
///
/// @param stepsPerSecond 0 while unknown
/// @param secondsLeft    for the remaining steps; never grows within a run; NaN while unknown
public record Pace(double stepsPerSecond, double secondsLeft) {
    /// Nothing is known yet.
    public static final Pace UNKNOWN = new Pace(0, Double.NaN);

    public boolean known() {
        return stepsPerSecond > 0;
    }
}
