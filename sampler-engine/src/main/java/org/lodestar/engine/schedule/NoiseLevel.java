package org.lodestar.engine.schedule;

/// One level of noise in `x = alpha*x0 + sigma*eps`.
///
/// @param modelTime what the network is fed (often 0..999; a fraction is allowed)
/// @param alpha     scale of the clean sample, 0..1
/// @param sigma     scale of the noise, at least 0
public record NoiseLevel(double modelTime, double alpha, double sigma) {

    /// `sigma/alpha`, the noise level of variance-exploding notation; infinite where alpha is 0.
    public double karrasSigma() {
        return alpha == 0 ? Double.POSITIVE_INFINITY : sigma / alpha;
    }

    /// `ln(alpha/sigma)`; minus infinity where alpha is 0, plus infinity where sigma is 0.
    public double halfLogSnr() {
        return StrictMath.log(alpha / sigma);
    }

    /// Whether nothing is left to denoise.
    public boolean isClean() {
        return sigma == 0;
    }
}
