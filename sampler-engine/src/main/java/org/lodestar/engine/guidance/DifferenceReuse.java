package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.latent.Pyramid;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// Reuses the guidance difference of the last step at which the second branch was asked.
///
/// ```
/// i a multiple of k:  d = D_c - D_r, both asked
/// else                D_r = D_c - d',  d' = d + boost*coarse(d) for i < N/2,  d + boost*(d - coarse(d)) after it      step i of N
/// ```
///
/// Everything else of the stack works on as if the second branch had been asked. `boost` is FasterCache's: between two looks the difference goes on growing,
/// first in the broad shapes, then in detail. Neutral: `every = 1`.
///
/// Source: after FasterCache, arXiv 2410.19355, with a Laplacian pyramid in place of its Fourier bands, on clean samples, and with halves of the run for its
/// times.
///
/// @param every steps from one look to the next
/// @param boost how much is added to the band in question
public record DifferenceReuse(int every, double boost) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "reuse",
                    "Reuse",
                    "Reused guidance difference",
                    "Works out the effect of your words only at every few steps and reuses it in between: nearly the same picture for little more than half "
                            + "the cost.",
                    "d = D_c - D_r at every k-th step, else D_r = D_c - d - boost*band(d)",
                    "after arXiv 2410.19355",
                    Descriptor.Fidelity.APPROXIMATION,
                    List.of(
                            ParameterSpec.whole("every", "Refresh every", 1, 50, 3, "Number of steps after which it is worked out anew; 1 is every step."),
                            ParameterSpec.number(
                                    "boost", "Growth", 0, 1, 0, 0.05, "Lets the reused push grow in between, broad shapes in the first half and detail in "
                                            + "the second; 0.2 is usual, 0 reuses it as it is."))),
            Set.of(Slot.REFERENCE),
            "1, and 2 at every k-th step",
            parameters -> new DifferenceReuse((int) parameters.number("every"), parameters.number("boost")));

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
        Latents grown = grown(difference, 2 * context.step() < context.steps());
        return new Prediction(LatentOps.subtract(cond.denoised(), grown), LatentOps.addScaled(cond.noise(), perNoise, grown));
    }

    private Latents grown(Latents difference, boolean broad) {
        if (boost == 0) {
            return difference;
        }
        Latents coarse = Pyramid.coarse(difference);
        return broad ? LatentOps.addScaled(difference, boost, coarse) : LatentOps.combine(1 + boost, difference, -boost, coarse);
    }

    @Override
    public PolicyState after(Estimates estimates, PolicyState state, List<String> notes) {
        if (!estimates.compared() || estimatesReference(estimates.context(), state)) {
            return state;
        }
        return new Kept(LatentOps.subtract(estimates.cond().denoised(), estimates.reference().denoised()));
    }
}
