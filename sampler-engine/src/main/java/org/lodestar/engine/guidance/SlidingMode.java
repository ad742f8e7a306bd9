package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.latent.Combination;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// SMC-CFG, sliding-mode control: holds the difference to a path on which it dies away, by small pushes of fixed size against it.
///
/// ```
/// e = c - r of noises (space=eps) or velocities (space=velocity);   s = (e - e') + lambda*e'      e' what the step before ended with, e at first
/// e := e - k*sign(s)      value by value
/// y = r + w*e
/// ```
///
/// The surface `s = 0` is a difference that shrinks by the factor `1 - lambda` from step to step; whatever value lies beside it is pushed towards it. Nothing
/// is done at `sigma = 0`, nor on noises at `alpha = 0`, where they say nothing of the picture. Neutral: `k = 0`.
///
/// Source: known at second hand (lambda 5, k 0.2 for flow nets, 0.01 for noise); the discrete surface, and that the pushed difference is what is remembered,
/// are chosen here.
///
/// @param lambda how fast the difference should die away
/// @param k      size of the push, in units of the space
/// @param space  `eps` or `velocity`
public record SlidingMode(double lambda, double k, String space) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "smc",
                    "SMC",
                    "Sliding-mode guidance",
                    "Steadies the push from step to step like a cruise control, with small fixed corrections, so that strong guidance does not overshoot.",
                    "e = c - r; s = (e - e') + lambda*e'; e := e - k*sign(s); y = r + w*e",
                    "community (SMC-CFG)",
                    Descriptor.Fidelity.RECONSTRUCTED,
                    List.of(
                            ParameterSpec.number(
                                    "lambda", "Hold", 0, 20, 10, 5, 0.1,
                                    "How firmly the push is led to nothing: large looks at its size alone, 0 only at how it changes between steps."),
                            ParameterSpec.number(
                                    "k", "Correction", 0, 1, 0.3, 0.01, 0.005,
                                    "Size of each correction: about 0.01 on noises, 0.2 on velocities; 0 does nothing."),
                            new ParameterSpec.Choice(
                                    "space", "Measured on", List.of("eps", "velocity"), "eps",
                                    "What is corrected: predicted noises, or velocities as flow models put them out."))),
            Set.of(Slot.FILTER, Slot.COMBINE),
            "0",
            parameters -> new SlidingMode(parameters.number("lambda"), parameters.number("k"), parameters.text("space")));

    /// The difference that the step before ended with, in the policy's space.
    private record Before(Latents difference) implements PolicyState {}

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Filtered filter(Estimates estimates, Combination difference, PolicyState state) {
        StepContext context = estimates.context();
        if (k == 0 || context.level().isClean() || (space.equals("eps") && context.level().alpha() == 0)) {
            return Filtered.of(difference, state);
        }
        Space in = Space.named(space, context);
        Latents e = in.ofChange(difference.latents());
        Latents before = state instanceof Before(Latents known) ? known : e;
        Latents push = e.like(i -> -k * Math.signum((double) e.at(i) - before.at(i) + lambda * before.at(i)));
        return Filtered.of(LatentOps.add(difference.latents(), in.denoisedChange(push)), new Before(LatentOps.add(e, push)));
    }

    @Override
    public Latents combine(Estimates estimates, Latents difference) {
        return estimates.fromReference(difference);
    }
}
