package org.lodestar.engine.sampler;

import org.lodestar.engine.schedule.NoiseLevel;

/// How the noise of the next level is made of the estimated noise and fresh noise: `kept^2 + fresh^2 = sigma'^2`.
///
/// With all of the posterior's variance (`eta = 1`) the share of fresh noise is that of the true reverse process,
///
/// `fresh = eta*sigma'*sqrt(1 - (k'/k)^2)`, `k = sigma/alpha`, at most `sigma'`
///
/// which is the same number in variance-preserving notation (DDIM's eta) and in variance-exploding notation (ancestral steps).
///
/// @param kept  what the estimated noise direction is multiplied with
/// @param fresh what unit Gaussian noise is multiplied with
record Renoising(double kept, double fresh) {

    static Renoising of(NoiseLevel here, NoiseLevel next, double eta) {
        double ratio = next.sigma() * here.alpha() / (next.alpha() * here.sigma());
        double fresh = Math.min(next.sigma(), eta * next.sigma() * StrictMath.sqrt(Math.max(0, 1 - ratio * ratio)));
        return new Renoising(StrictMath.sqrt(Math.max(0, next.sigma() * next.sigma() - fresh * fresh)), fresh);
    }
}
