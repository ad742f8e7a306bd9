package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.latent.PairSums;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// CFG-Zero*: scales the reference to fit the prompt best before guiding, and stands still for the first steps.
///
/// ```
/// s = <c,r>/(|r|^2 + 1e-8)
/// y = s*r + w*(c - s*r)        c, r, y velocities (space=velocity) or raw outputs (space=output)
/// y = 0                        at the first `zero` steps
/// ```
///
/// Early on a flow net's velocity is worse than none. Standing still means `D = n = x/(alpha+sigma)` for a velocity. Neutral: `scale=false, zero=0`.
///
/// Source: Fan et al. 2025, arXiv 2503.18886.
public record CfgZeroStar(boolean scale, int zero, String space) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "zero_star",
                    "CFG-Zero*",
                    "CFG with a fitted reference and a quiet start",
                    "Steadier guidance for flow models: fewer distortions at high strength, and no wrong turn at the very first step.",
                    "s = <c,r>/|r|^2; y = s*r + w*(c - s*r); y = 0 at the first steps",
                    "arXiv 2503.18886",
                    Descriptor.Fidelity.EXACT,
                    List.of(
                            new ParameterSpec.Flag("scale", "Fit reference", true, "Whether the picture without your words is scaled to fit the one with them."),
                            ParameterSpec.whole("zero", "Quiet steps", 0, 100, 1, "Number of first steps at which nothing is decided yet; 1 of about 25 is usual."),
                            new ParameterSpec.Choice(
                                    "space",
                                    "Measured on",
                                    List.of("velocity", "output"),
                                    "velocity",
                                    "What is fitted: the velocity as published, or whatever the network puts out."))),
            Set.of(Slot.COMBINE, Slot.CORRECT),
            "0",
            parameters -> new CfgZeroStar(parameters.flag("scale"), (int) parameters.number("zero"), parameters.text("space")));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Latents combine(Estimates estimates, Latents difference) {
        if (!scale) {
            return estimates.fromReference(difference);
        }
        Space in = Space.named(space, estimates.context());
        Latents reference = in.of(estimates.reference());
        PairSums sums = PairSums.of(in.of(estimates.cond()), reference);
        double s = sums.xy() / (sums.yy() + 1e-8);
        return estimates.fromMovedReference(in.denoisedChange(LatentOps.scale(s - 1, reference)), difference);
    }

    @Override
    public Corrected correct(Estimates estimates, Latents guided, PolicyState state) {
        StepContext context = estimates.context();
        if (context.step() >= zero || context.level().isClean()) {
            return new Corrected(guided, state);
        }
        return new Corrected(Space.named(space, context).denoised(LatentOps.scale(0, guided)), state);
    }
}
