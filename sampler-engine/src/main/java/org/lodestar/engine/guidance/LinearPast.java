package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Prediction;

/// The noises of both branches at all steps so far, from which a [LinearFit] estimates the second branch of the next: asked ones, else the estimates themselves.
///
/// ```
/// n_r(i) = sum_{j<=i} c[i][j]*n_c(j) + sum_{j<i} r[i][j]*n_r(j)
/// ```
record LinearPast(List<Latents> conds, List<Latents> references) implements PolicyState {
    static final LinearPast NONE = new LinearPast(List.of(), List.of());

    LinearPast {
        conds = List.copyOf(conds);
        references = List.copyOf(references);
    }

    /// Whether nothing is missing before this step.
    private boolean reaches(StepContext context) {
        return conds.size() == context.step();
    }

    /// Whether `fit` estimates the second branch at this evaluation: at first stages that it has coefficients for, where nothing is missing before.
    boolean estimates(LinearFit fit, StepContext context) {
        return reaches(context) && context.stage() == 0 && context.level().alpha() > 0 && fit.row(context.step()).isPresent();
    }

    /// The second branch's estimate; the prompt's own where there is none.
    Prediction estimate(LinearFit fit, StepContext context, Prediction cond) {
        return noise(fit, context, cond).map(noise -> Space.named("eps", context).prediction(noise)).orElse(cond);
    }

    private Optional<Latents> noise(LinearFit fit, StepContext context, Prediction cond) {
        return fit.row(context.step()).map(row -> row.estimate(with(conds, cond.noise()), references));
    }

    /// What is known after a step that compared the two.
    LinearPast after(Estimates estimates) {
        return new LinearPast(with(conds, estimates.cond().noise()), with(references, estimates.reference().noise()));
    }

    /// What is known after a step that asked the prompt alone: the second branch's noise is estimated, if it can be.
    LinearPast afterPrompt(LinearFit fit, StepContext context, Prediction cond) {
        return reaches(context)
                ? noise(fit, context, cond).map(noise -> new LinearPast(with(conds, cond.noise()), with(references, noise))).orElse(this)
                : this;
    }

    private static List<Latents> with(List<Latents> known, Latents more) {
        return Stream.concat(known.stream(), Stream.of(more)).toList();
    }
}
