package org.lodestar.engine.sampler;

import java.util.function.Supplier;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.parameter.ParameterSpec;
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

    /// `s` of samplers that add fresh noise.
    static final ParameterSpec SCALE =
            ParameterSpec.number("noiseScale", "Noise scale", 0, 2, 1, 0.01, "Multiplies the fresh noise; a little below 1 smooths, above 1 roughens.");

    /// `eta` of samplers that add fresh noise.
    ///
    /// @param none what the sampler is with `eta = 0`, as the end of a sentence
    static ParameterSpec freshness(String none) {
        return ParameterSpec.number("eta", "Freshness", 0, 2, 1, 1, 0.05, "How much of the noise is fresh at every step; 0 " + none + ".");
    }

    static Renoising of(NoiseLevel here, NoiseLevel next, double eta) {
        double ratio = ratio(here, next);
        double fresh = Math.min(next.sigma(), eta * next.sigma() * StrictMath.sqrt(Math.max(0, 1 - ratio * ratio)));
        return new Renoising(StrictMath.sqrt(Math.max(0, next.sigma() * next.sigma() - fresh * fresh)), fresh);
    }

    /// The parts of a reverse SDE whose noise strength is `eta` all along the step: `kept = sigma'*(k'/k)^eta`. The same as [#of] at `eta` 0 and 1.
    static Renoising continuous(NoiseLevel here, NoiseLevel next, double eta) {
        double decay = StrictMath.pow(ratio(here, next), eta);
        return new Renoising(next.sigma() * decay, next.sigma() * StrictMath.sqrt(Math.max(0, 1 - decay * decay)));
    }

    /// The level that a deterministic step has to reach before the fresh noise is added: `alpha'` with the kept noise only. Not a level of any schedule.
    NoiseLevel down(NoiseLevel next) {
        return new NoiseLevel(next.modelTime(), next.alpha(), kept);
    }

    /// `moved + scale*fresh*z`, with `z` drawn only where it is needed.
    Latents addTo(Latents moved, double scale, Supplier<Latents> z) {
        return fresh == 0 ? moved : LatentOps.addScaled(moved, scale * fresh, z.get());
    }

    /// `k'/k`
    private static double ratio(NoiseLevel here, NoiseLevel next) {
        return next.sigma() * here.alpha() / (next.alpha() * here.sigma());
    }
}
