package org.lodestar.engine.guidance;

import org.lodestar.engine.latent.Combination;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.latent.PairSums;

/// The filter that the APG family shares. With the difference `d` and the prompt's estimate `c`:
///
/// ```
/// m = d + beta*m                        momentum
/// g = m * min(1, r/|m|)   if r > 0      cap
/// g = g_orth + eta*g_par,  g_par = (<g,c>/|c|^2)*c   projection, in 64-bit; g_par = 0 where |c|^2 < 1e-12
/// ```
///
/// @param eta  share of the parallel part that is kept
/// @param r    greatest norm, 0 for none
/// @param beta momentum
public record ProjectedDifference(double eta, double r, double beta) {

    /// The accumulated difference `m`.
    private record Momentum(Latents m) implements PolicyState {}

    /// With the cap, taken to be meant for 4x64x64 values, carried over to latents of `size` values: norms grow with the square root of their number.
    ProjectedDifference scaledTo(int size) {
        return new ProjectedDifference(eta, r * Math.sqrt(size / (4.0 * 64 * 64)), beta);
    }

    Filtered apply(Combination difference, Latents cond, PolicyState state) {
        Combination m = accumulated(difference, state);
        PolicyState next = beta == 0 ? state : new Momentum(m.latents());
        PairSums sums = m.sumsWith(cond);
        double norm = Math.sqrt(sums.xx());
        double cap = r > 0 && norm > r ? r / norm : 1;
        double parallel = sums.yy() < 1e-12 ? 0 : sums.xy() / sums.yy();
        double removed = (1 - eta) * parallel * cap;
        Combination g = cap == 1 && removed == 0 ? m : Combination.of(cap, m.latents(), -removed, cond);
        return new Filtered(g, next, beta == 0 ? Double.NaN : norm, r == 0 ? Double.NaN : cap < 1 ? 1 : 0);
    }

    /// What is remembered is computed; the plain difference only where it is needed.
    private Combination accumulated(Combination difference, PolicyState state) {
        if (state instanceof Momentum(Latents before)) {
            return Combination.of(difference.plus(beta, before));
        }
        return beta == 0 ? difference : Combination.of(difference.latents());
    }
}
