package org.lodestar.engine.schedule;

/// Rectified flow: `alpha = 1 - t`, `sigma = t`, `modelTime = 1000 t`, with `t` in 0..1 and 1 pure noise.
///
/// The shift `m` moves evenly spread steps towards the noise, more so for larger pictures, whose structure survives more noise: a share `u` of the steps
/// lies below `t = m / (m + 1/u - 1) = m u / (1 + (m - 1) u)`. `m = 1` changes nothing.
///
/// @param shift     `m`, greater than 0
/// @param leastShare the smallest `u` that is sampled, in 0..1
/// @see <a href="https://arxiv.org/abs/2403.03206">Esser et al. 2024, section 5.3.2</a>
public record FlowSchedule(double shift, double leastShare) implements NoiseSchedule {

    private static final double TIME_SCALE = 1000;

    public FlowSchedule {
        if (!(shift > 0) || !Double.isFinite(shift)) {
            throw new IllegalArgumentException("a flow shift is a number above 0, got " + shift);
        }
        if (!(leastShare > 0 && leastShare < 1)) {
            throw new IllegalArgumentException("the least share lies between 0 and 1, got " + leastShare);
        }
    }

    /// A shift that is the same for every picture. Evenly spread steps end at the first of 1000 trained times *after* its own shift, since such networks are
    /// commonly sampled from a table that is shifted already.
    public static FlowSchedule shifted(double shift) {
        return new FlowSchedule(shift, bend(shift, 1 / TIME_SCALE));
    }

    /// A shift `m = e^mu` chosen for the picture; see [#muFor].
    public static FlowSchedule dynamic(double mu) {
        return new FlowSchedule(StrictMath.exp(mu), 1 / TIME_SCALE);
    }

    /// `mu` on the straight line through (`baseTokens`, `baseShift`) and (`maxTokens`, `maxShift`).
    ///
    /// @param tokens number of picture tokens the network sees (a quarter of the latent cells for most)
    public static double muFor(int tokens, int baseTokens, int maxTokens, double baseShift, double maxShift) {
        double slope = (maxShift - baseShift) / (maxTokens - baseTokens);
        return baseShift + slope * (tokens - baseTokens);
    }

    @Override
    public NoiseLevel at(double modelTime) {
        double time = Math.clamp(modelTime, minTime(), maxTime());
        double t = time / TIME_SCALE;
        return new NoiseLevel(time, 1 - t, t);
    }

    /// `t = s/(1 + s)`
    @Override
    public NoiseLevel atKarrasSigma(double karrasSigma) {
        return karrasSigma == Double.POSITIVE_INFINITY ? at(maxTime()) : at(TIME_SCALE * karrasSigma / (1 + karrasSigma));
    }

    @Override
    public NoiseLevel clean() {
        return new NoiseLevel(0, 1, 0);
    }

    /// All flows have the level `t` at the model time `1000 t`.
    @Override
    public boolean hasLevelsOf(NoiseSchedule other) {
        return other instanceof FlowSchedule;
    }

    @Override
    public double minTime() {
        return TIME_SCALE * bend(shift, leastShare);
    }

    @Override
    public double maxTime() {
        return TIME_SCALE;
    }

    @Override
    public double timeAt(double share) {
        return TIME_SCALE * bend(shift, share);
    }

    private static double bend(double shift, double share) {
        return shift * share / (1 + (shift - 1) * share);
    }
}
