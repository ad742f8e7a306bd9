package org.lodestar.engine.guidance;

import java.util.function.ToDoubleBiFunction;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Parameterization;
import org.lodestar.engine.model.Prediction;

/// The space a rule is defined in: clean sample, noise, v, velocity, or whatever the network of the run puts out. At a fixed state x each is an affine function of the
/// clean sample, so a change of one is a change of the other times a factor. Other spaces than the clean sample are not defined at `sigma = 0`.
///
/// @param kind    what is compared
/// @param context the state and level it is seen at
record Space(Parameterization kind, StepContext context) {

    /// The space of that name: `output`, `x0`, `eps`, `v` or `velocity`.
    static Space named(String name, StepContext context) {
        return new Space(
                switch (name) {
                    case "output" -> context.parameterization();
                    case "x0" -> Parameterization.X0;
                    case "eps" -> Parameterization.EPS;
                    case "v" -> Parameterization.V;
                    case "velocity" -> Parameterization.FLOW;
                    default -> throw new IllegalArgumentException("no space named " + name);
                },
                context);
    }

    /// `prediction` as seen in this space.
    Latents of(Prediction prediction) {
        return kind.fromPrediction(prediction, context.x(), context.level());
    }

    /// How this space's value changes when the clean sample changes by `change`.
    Latents ofChange(Latents change) {
        Latents noise = LatentOps.scale(-context.level().alpha() / context.level().sigma(), change);
        return kind.fromPrediction(new Prediction(change, noise), change, context.level());
    }

    /// The estimate that `value` of this space means.
    Prediction prediction(Latents value) {
        return kind.toPrediction(value, context.x(), context.level());
    }

    /// The clean sample that `value` of this space means.
    Latents denoised(Latents value) {
        return prediction(value).denoised();
    }

    /// How the clean sample changes when this space's value changes by `change`.
    Latents denoisedChange(Latents change) {
        return kind.toPrediction(change, LatentOps.scale(0, change), context.level()).denoised();
    }

    /// The clean sample that belongs to `guided` once its value in this space is multiplied by a factor; `guided` itself where that is 1, and at `sigma = 0`, where other spaces are not defined.
    ///
    /// @param factor from the prompt's value and the guided one, in this space
    Latents scaled(Estimates estimates, Latents guided, ToDoubleBiFunction<Latents, Latents> factor) {
        if (context.level().isClean()) {
            return guided;
        }
        Latents cond = of(estimates.cond());
        Latents found = LatentOps.add(cond, ofChange(LatentOps.subtract(guided, estimates.cond().denoised())));
        double by = factor.applyAsDouble(cond, found);
        return by == 1 ? guided : denoised(LatentOps.scale(by, found));
    }
}
