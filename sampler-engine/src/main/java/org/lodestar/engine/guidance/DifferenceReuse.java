package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// Reuses the guidance difference of the last step at which the second branch was asked.
///
/// ```
/// i a multiple of k:  d = D_c - D_r, both asked        else  D_r = D_c - d
/// ```
///
/// Everything else of the stack works on as if the second branch had been asked. Neutral: `every = 1`. The simple form of caching the second branch; caches that keep
/// frequency bands apart follow it more closely.
///
/// Source: the idea of FasterCache, arXiv 2410.19355.
public record DifferenceReuse(int every) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "reuse",
                    "Reuse",
                    "Reused guidance difference",
                    "Works out the effect of your words only at every few steps and reuses it in between: nearly the same picture for little more than half the cost.",
                    "d = D_c - D_r at every k-th step, else D_r = D_c - d",
                    "after arXiv 2410.19355",
                    Descriptor.Fidelity.APPROXIMATION,
                    List.of(ParameterSpec.whole("every", "Refresh every", 1, 50, 3, "Number of steps after which it is worked out anew; 1 is every step."))),
            Set.of(Slot.REFERENCE),
            "1, and 2 at every k-th step",
            parameters -> new DifferenceReuse((int) parameters.number("every")));

    private record Kept(Latents difference) implements PolicyState {}

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public boolean estimatesReference(StepContext context, PolicyState state) {
        return state instanceof Kept && context.step() % every != 0;
    }

    @Override
    public Prediction estimateReference(StepContext context, Prediction cond, PolicyState state) {
        if (!(state instanceof Kept(Latents difference)) || context.level().isClean()) {
            return cond;
        }
        double perNoise = context.level().alpha() / context.level().sigma();
        return new Prediction(
                LatentOps.subtract(cond.denoised(), difference), LatentOps.addScaled(cond.noise(), perNoise, difference));
    }

    @Override
    public PolicyState after(Estimates estimates, PolicyState state, List<String> notes) {
        if (!estimates.compared() || estimatesReference(estimates.context(), state)) {
            return state;
        }
        return new Kept(LatentOps.subtract(estimates.cond().denoised(), estimates.reference().denoised()));
    }
}
