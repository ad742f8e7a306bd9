package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.schedule.NoiseLevel;

/// Rectified-CFG++: takes the push of guidance from where half an unguided step would arrive, and applies it here.
///
/// ```
/// x~ = alpha~*D_c + sigma~*n_c                       unguided, to the level with sigma~/alpha~ = (sigma + sigma')/(alpha + alpha'); t - dt/2 on a flow
/// f  = f_c(x) + [f(x~) - f_c(x~)]                    f velocities n - D; f(x~) guided by the rest of the stack
/// ```
///
/// With plain CFG of weight w inside this is `f_c(x) + (w-1)*(f_c - f_r)(x~)`: the path stays close to what the model knows.
///
/// Source: Saini et al. 2025, arXiv 2510.07631, without the added noise of its released code; the weight of the push is `w - 1` throughout.
public record RectifiedCfgPlusPlus() implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "rectified",
                    "Rectified-CFG++",
                    "Predictor-corrector guidance for flow models",
                    "Looks half a step ahead before it guides, so that strong guidance stays on paths the model knows. For flow models; three evaluations.",
                    "x~ = unguided half step; f = f_c(x) + [f(x~) - f_c(x~)]",
                    "arXiv 2510.07631",
                    Descriptor.Fidelity.RECONSTRUCTED,
                    List.of()),
            Set.of(Slot.AROUND),
            "1 more",
            parameters -> new RectifiedCfgPlusPlus());

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Evaluation<GuidanceOutcome> around(StepContext context, PolicyState state, Inner inner) {
        NoiseLevel from = context.level();
        NoiseLevel to = context.nextLevel();
        if (from.equals(to) || from.isClean()) {
            return inner.evaluate(context);
        }
        NoiseLevel half = context.grid().schedule().atKarrasSigma((from.sigma() + to.sigma()) / (from.alpha() + to.alpha()));
        return inner.prompt(context, Branch.Net.MAIN, List.of()).flatMap(here -> {
            Latents ahead = LatentOps.combine(half.alpha(), here.estimate().denoised(), half.sigma(), here.estimate().noise());
            return inner.evaluate(context.at(ahead, half)).map(outcome -> pushed(context, here.estimate(), outcome, here.asked()));
        });
    }

    private static GuidanceOutcome pushed(StepContext context, Prediction cond, GuidanceOutcome ahead, List<String> asked) {
        Prediction condAhead = Objects.requireNonNull(ahead.cond(), "the prompt is asked at every guided evaluation");
        Latents push = LatentOps.subtract(velocity(ahead.guided()), velocity(condAhead));
        Prediction guided = Space.named("velocity", context).prediction(LatentOps.add(velocity(cond), push));
        return new GuidanceOutcome(guided, cond, null, ahead.telemetry().askedBefore(asked), ahead.next());
    }

    private static Latents velocity(Prediction prediction) {
        return LatentOps.subtract(prediction.noise(), prediction.denoised());
    }
}
