package org.lodestar.engine.guidance;

import org.lodestar.engine.latent.Combination;
import org.lodestar.engine.latent.Latents;

/// A filtered guidance difference, with what the filter remembers and tells.
///
/// @param difference   what will be weighted instead of `cond - reference`
/// @param next         the filter's state after this evaluation
/// @param momentumNorm norm of the accumulated difference; NaN without momentum
/// @param capHit       1 if a norm cap cut it, 0 if not, NaN without a cap
public record Filtered(Combination difference, PolicyState next, double momentumNorm, double capHit) {

    /// A filter without state, momentum and cap.
    public static Filtered of(Latents difference, PolicyState unchanged) {
        return of(Combination.of(difference), unchanged);
    }

    /// A filter without state, momentum and cap.
    public static Filtered of(Combination difference, PolicyState unchanged) {
        return new Filtered(difference, unchanged, Double.NaN, Double.NaN);
    }

    /// This filter's result with the numbers of the filter before it where this one has none.
    Filtered withNumbersOf(Filtered before) {
        return new Filtered(
                difference,
                next,
                Double.isNaN(momentumNorm) ? before.momentumNorm : momentumNorm,
                Double.isNaN(capHit) ? before.capHit : capHit);
    }
}
