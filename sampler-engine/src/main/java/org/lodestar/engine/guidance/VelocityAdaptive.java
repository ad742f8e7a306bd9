package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.latent.Combination;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// VAGS, velocity-adaptive guidance scale: the strength rises over the run, the more so the better both velocities agree.
///
/// ```
/// w' = w*exp(kappa*(2p - 1)*cos(f_c, f_r)),   p = (i + 1/2)/N      f = n - D the velocities, step i of N
/// D  = D_r + w'*(D_c - D_r)
/// ```
///
/// Halfway the strength is the one set; where the velocities are across each other it is so throughout, and where they oppose each other it falls instead.
/// Neutral: `kappa = 0`.
///
/// Source: the formula is known at second hand, without the names of its terms: that `s` is the progress and the cosine that of the two velocities is chosen
/// here.
public record VelocityAdaptive(double kappa) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "vags",
                    "VAGS",
                    "Velocity-adaptive guidance scale",
                    "Starts gently and ends firmly, but only as far as both estimates head the same way; where they disagree the strength stays as set.",
                    "w' = w*exp(kappa*(2p-1)*cos(f_c, f_r)); D = D_r + w'*(D_c - D_r)",
                    "community (VAGS)",
                    Descriptor.Fidelity.RECONSTRUCTED,
                    List.of(ParameterSpec.number(
                            "kappa", "Swing", -3, 3, 1.5, 0.5, 0.05, "How much the strength changes over the run: 0.5 goes from 0.6 to 1.6 times as set, 0 "
                                    + "not at all, below 0 it falls."))),
            Set.of(Slot.FILTER, Slot.COMBINE),
            "0",
            parameters -> new VelocityAdaptive(parameters.number("kappa")));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Filtered filter(Estimates estimates, Combination difference, PolicyState state) {
        if (kappa == 0) {
            return Filtered.of(difference, state);
        }
        StepContext context = estimates.context();
        Space velocity = Space.named("velocity", context);
        double cosine = LatentOps.cosine(velocity.of(estimates.cond()), velocity.of(estimates.reference()));
        double turn = 2 * (context.step() + 0.5) / context.steps() - 1;
        return Filtered.of(LatentOps.scale(Math.exp(kappa * turn * cosine), difference.latents()), state);
    }

    @Override
    public Latents combine(Estimates estimates, Latents difference) {
        return estimates.fromReference(difference);
    }
}
