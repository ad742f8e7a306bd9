package org.lodestar.engine.schedule;

/// Variance-exploding noise: `alpha = 1`, `sigma` from `sigmaMin` to `sigmaMax`, `modelTime = ln(sigma)/4`.
///
/// @param sigmaMin least noise in training, above 0
/// @param sigmaMax most noise, above `sigmaMin`
/// @see <a href="https://arxiv.org/abs/2206.00364">Karras et al. 2022, table 1</a>
public record VeSchedule(double sigmaMin, double sigmaMax) implements NoiseSchedule {

    public VeSchedule {
        if (!(sigmaMin > 0 && sigmaMax > sigmaMin) || !Double.isFinite(sigmaMax)) {
            throw new IllegalArgumentException("expected 0 < sigmaMin < sigmaMax, got " + sigmaMin + " and " + sigmaMax);
        }
    }

    @Override
    public NoiseLevel at(double modelTime) {
        double time = Math.clamp(modelTime, minTime(), maxTime());
        return new NoiseLevel(time, 1, StrictMath.exp(4 * time));
    }

    @Override
    public NoiseLevel atKarrasSigma(double karrasSigma) {
        double sigma = Math.clamp(karrasSigma, sigmaMin, sigmaMax);
        return new NoiseLevel(StrictMath.log(sigma) / 4, 1, sigma);
    }

    @Override
    public NoiseLevel clean() {
        return new NoiseLevel(minTime(), 1, 0);
    }

    @Override
    public double minTime() {
        return StrictMath.log(sigmaMin) / 4;
    }

    @Override
    public double maxTime() {
        return StrictMath.log(sigmaMax) / 4;
    }
}
