package org.lodestar.engine.guidance;

import java.util.List;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.schedule.NoiseLevel;

/// CoRe2's refinement: from a weak guess of the guided noise past the guided noise itself, and in the end the guess alone.
///
/// ```
/// p < until:   n = n_w + omega*(n_s - n_w)      n_s the stack's guided noise, n_w the weak guess of it
/// p >= until:  n = n_w, without asking the second branch
/// ```
///
/// Linear, hence the same rule for the clean samples that belong to these noises. A noise says nothing of the clean sample at `alpha = 0`, nor at `sigma = 0`: there the stack is left alone.
///
/// @param omega step from the guess to the guided noise and beyond; 1 arrives at it
/// @param until share of the run that is refined
record WeakToStrong(double omega, double until) {

    static List<ParameterSpec> parameters() {
        return List.of(
                ParameterSpec.number("omega", "Refinement", 0, 4, 1.5, 0.05, "How far to go past the guess: 1 is plain guidance, more sharpens, 0 is the guess alone."),
                ParameterSpec.number("until", "Share of steps", 0, 1, 1, 0.05, "Share of the steps, from the start, that are refined; after it the guess alone paints on, at half the cost."));
    }

    /// Whether the stack's own estimate comes out everywhere.
    boolean isNeutral() {
        return omega == 1 && until == 1;
    }

    /// Whether the guess is needed here.
    boolean acts(StepContext context) {
        return isDefined(context.level()) && (omega != 1 || isLate(context));
    }

    /// The weight here: 1 where the guess alone counts, so that the second branch need not be asked.
    double curve(StepContext context, double weight) {
        return isDefined(context.level()) && isLate(context) ? 1 : weight;
    }

    /// The refined clean sample.
    ///
    /// @param guided the stack's
    /// @param guess  the weak guess of its noise
    Latents refine(StepContext context, Latents guided, Latents guess) {
        Latents weak = Space.named("eps", context).denoised(guess);
        return isLate(context) ? weak : LatentOps.extrapolate(weak, guided, omega);
    }

    private boolean isLate(StepContext context) {
        return !context.within(0, until);
    }

    private static boolean isDefined(NoiseLevel level) {
        return level.alpha() > 0 && level.sigma() > 0;
    }
}
