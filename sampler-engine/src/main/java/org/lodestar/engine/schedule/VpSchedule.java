package org.lodestar.engine.schedule;

import java.util.Arrays;
import java.util.List;

/// Variance-preserving noise, `alpha = sqrt(abar_t)`, `sigma = sqrt(1 - abar_t)`, over the trained times `t = 0..T-1`.
///
/// Between two trained times `sigma/alpha` is interpolated linearly in `t`; the way back, from a wanted `sigma/alpha` to a fractional time, interpolates its
/// logarithm. Both are what networks of this family are commonly sampled with; they agree at trained times and differ by less than one time unit elsewhere.
///
/// Where the last `abar` is 0 (zero terminal signal-to-noise ratio), the last level is pure noise, `alpha = 0, sigma = 1`, and `sigma/alpha` is infinite there. Interpolation
/// towards it takes a large number instead: the ratio at `abar = 2^-24`, 4096, or one and a half times the ratio before it if that is more.
public final class VpSchedule implements NoiseSchedule {

    private static final double FINITE_END = 0x1p-24;

    private final double[] alphaBars;
    private final double[] karrasSigmas;
    private final boolean endsClean;

    private VpSchedule(List<Double> alphaBars, boolean endsClean) {
        this.alphaBars = alphaBars.stream().mapToDouble(Double::doubleValue).toArray();
        this.karrasSigmas = new double[this.alphaBars.length];
        double previous = 0;
        for (int t = 0; t < karrasSigmas.length; t++) {
            double bar = this.alphaBars[t];
            karrasSigmas[t] = bar == 0 ? Math.max(ratio(FINITE_END), 1.5 * previous) : ratio(bar);
            if (!(karrasSigmas[t] > previous)) {
                throw new IllegalArgumentException("noise must grow with time, but does not at trained time " + t + " (abar " + bar + ")");
            }
            previous = karrasSigmas[t];
        }
        this.endsClean = endsClean;
    }

    /// A schedule that ends at `alpha = 1, sigma = 0`.
    ///
    /// @param alphaBars `abar_t` for `t = 0, 1, ...`, strictly falling, each in 0..1 and only the last one 0
    public static VpSchedule of(List<Double> alphaBars) {
        return new VpSchedule(alphaBars, true);
    }

    /// The same levels, but sampling stops at trained time 0 with its little rest of noise.
    public VpSchedule endingAtFirstLevel() {
        return new VpSchedule(alphaBars(), false);
    }

    /// The same levels with a last `abar` that is not 0 but `2^-24`, or half of the one before it if that is less, so that `sigma/alpha` is finite everywhere.
    public VpSchedule withFiniteEnd() {
        double[] bars = alphaBars.clone();
        int last = bars.length - 1;
        if (bars[last] == 0) {
            bars[last] = Math.min(FINITE_END, bars[last - 1] / 2);
        }
        return new VpSchedule(Arrays.stream(bars).boxed().toList(), endsClean);
    }

    private List<Double> alphaBars() {
        return Arrays.stream(alphaBars).boxed().toList();
    }

    @Override
    public NoiseLevel at(double modelTime) {
        double t = Math.clamp(modelTime, minTime(), maxTime());
        int below = (int) t;
        if (t == below) {
            return new NoiseLevel(t, StrictMath.sqrt(alphaBars[below]), StrictMath.sqrt(1 - alphaBars[below]));
        }
        double share = t - below;
        return level(t, (1 - share) * karrasSigmas[below] + share * karrasSigmas[below + 1]);
    }

    @Override
    public NoiseLevel atKarrasSigma(double karrasSigma) {
        int last = karrasSigmas.length - 1;
        double s = Math.clamp(karrasSigma, karrasSigmas[0], karrasSigmas[last]);
        if (s == karrasSigmas[last]) {
            return at(last);
        }
        int found = Arrays.binarySearch(karrasSigmas, s);
        if (found >= 0) {
            return level(found, s);
        }
        int above = -found - 1;
        double low = StrictMath.log(karrasSigmas[above - 1]);
        double share = (StrictMath.log(s) - low) / (StrictMath.log(karrasSigmas[above]) - low);
        return level(above - 1 + share, s);
    }

    @Override
    public NoiseLevel clean() {
        return endsClean ? new NoiseLevel(0, 1, 0) : at(0);
    }

    @Override
    public double minTime() {
        return 0;
    }

    @Override
    public double maxTime() {
        return alphaBars.length - 1.0;
    }

    @Override
    public int trainedTimes() {
        return alphaBars.length;
    }

    @Override
    public boolean hasLevelsOf(NoiseSchedule other) {
        return other instanceof VpSchedule that && Arrays.equals(alphaBars, that.alphaBars);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VpSchedule that && endsClean == that.endsClean && Arrays.equals(alphaBars, that.alphaBars);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(alphaBars) * 31 + Boolean.hashCode(endsClean);
    }

    private static double ratio(double alphaBar) {
        return StrictMath.sqrt((1 - alphaBar) / alphaBar);
    }

    private static NoiseLevel level(double modelTime, double karrasSigma) {
        double alpha = 1 / StrictMath.sqrt(1 + karrasSigma * karrasSigma);
        return new NoiseLevel(modelTime, alpha, karrasSigma * alpha);
    }
}
