package org.lodestar.engine.sampler;

import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.GuidedDenoiser;
import org.lodestar.engine.schedule.NoiseLevel;

/// DDIM backwards: from a state at (alpha', sigma') to the noisier level (alpha, sigma) from which one deterministic DDIM step leads back to it.
///
/// ```
/// forwards    x' = alpha'*D + sigma'*n          D, n guided, seen at x;   x = alpha*D + sigma*m  defines m
/// backwards   x  = alpha*(x' - sigma'*n)/alpha' + sigma*m
/// ```
///
/// Where the policy leaves the noise alone `n = m`, and this is the usual inversion; CFG++ goes back to noise in the reference's direction `n`, while `m` is the guided one, and inverts with the
/// same two the other way round. `D` and `n` belong to the unknown `x`: they are first asked at `x'`, at the noisier level, and then, `rounds` times, at the `x` found so far. From pure
/// noise (`alpha = 0`), where the state tells nothing of the picture, the same is solved for the noise, `x = sigma*((x' - alpha'*D)/sigma' - n + m)`, asked first at the level of `x'`.
///
/// Order 1, `1 + rounds` evaluations per step. Round by round it converges to the exact inverse where the step is short enough for `x -> x'` to be nearly the identity.
///
/// Source: Song et al. 2020, arXiv 2010.02502; the coupling of Chung et al. 2024, arXiv 2406.08070.
///
/// @param rounds how often the estimate is refined, 0 as published
public record DdimInversion(int rounds) {

    public DdimInversion {
        if (rounds < 0) {
            throw new IllegalArgumentException("an inversion is refined 0 or more times, got " + rounds);
        }
    }

    /// The state at `noisier` that belongs to `x` at `here`.
    ///
    /// @param here    the less noisy level, with `alpha > 0`
    /// @param noisier with `sigma > 0`
    public Evaluation<Latents> step(NoiseLevel here, NoiseLevel noisier, Latents x, GuidedDenoiser denoiser) {
        boolean fromNoise = noisier.alpha() == 0 && !here.isClean();
        Evaluation<Latents> found = ask(here, noisier, x, x, fromNoise ? here : noisier, denoiser);
        for (int i = 0; i < rounds; i++) {
            found = found.flatMap(guess -> ask(here, noisier, x, guess, noisier, denoiser));
        }
        return found;
    }

    /// The noisier state, from what is answered for `at` at the level `asked`.
    private static Evaluation<Latents> ask(NoiseLevel here, NoiseLevel noisier, Latents x, Latents at, NoiseLevel asked, GuidedDenoiser denoiser) {
        return denoiser.at(at, asked).map(guided -> {
            Latents m = LatentOps.combine(1 / asked.sigma(), at, -asked.alpha() / asked.sigma(), guided.denoised());
            if (noisier.alpha() == 0 && !here.isClean()) {
                Latents apart = LatentOps.subtract(m, guided.noise());
                double stretch = noisier.sigma() / here.sigma();
                return LatentOps.combine(stretch, x, -stretch * here.alpha(), guided.denoised(), noisier.sigma(), apart);
            }
            double stretch = noisier.alpha() / here.alpha();
            return LatentOps.combine(stretch, x, noisier.sigma(), m, -stretch * here.sigma(), guided.noise());
        });
    }
}
