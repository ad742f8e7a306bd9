package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.latent.Combination;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.PairSums;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// MAMBO-G: damps guidance where the difference is large beside the reference.
///
/// ```
/// w' = 1 + (w-1)*exp(-alpha*|c - r|/|r|)        c, r raw outputs (space=output) or clean samples (space=x0)
/// ```
///
/// The ratio is largest in the first steps of high strengths, which is where pictures break. Neutral: `alpha = 0`.
///
/// Source: MAMBO-G as diffusers describes it; the axes of the norms are those of one sample.
public record MamboG(double alpha, String space) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "mambo",
                    "MAMBO-G",
                    "Magnitude-aware guidance",
                    "Eases off by itself where a strong push would break the picture, mostly in the first steps, and pushes fully later.",
                    "w' = 1 + (w-1)*exp(-alpha*|c - r|/|r|)",
                    "MAMBO-G; diffusers, MagnitudeAwareGuidance",
                    Descriptor.Fidelity.RECONSTRUCTED,
                    List.of(
                            ParameterSpec.number("alpha", "Easing", 0, 100, 20, 8, 0.1, "How much a large push is held back; 0 does nothing."),
                            new ParameterSpec.Choice(
                                    "space", "Measured on", List.of("output", "x0"), "output", "Where the push is measured: raw network output, or predicted clean picture."))),
            Set.of(Slot.FILTER),
            "0",
            parameters -> new MamboG(parameters.number("alpha"), parameters.text("space")));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Filtered filter(Estimates estimates, Combination difference, PolicyState state) {
        Space in = Space.named(space, estimates.context());
        PairSums sums = PairSums.of(in.of(estimates.cond()), in.of(estimates.reference()));
        if (alpha == 0 || sums.yy() == 0) {
            return Filtered.of(difference, state);
        }
        return Filtered.of(LatentOps.scale(Math.exp(-alpha * Math.sqrt(sums.squaredDistance() / sums.yy())), difference.latents()), state);
    }
}
