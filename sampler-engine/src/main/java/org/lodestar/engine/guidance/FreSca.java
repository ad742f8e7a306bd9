package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.latent.Combination;
import org.lodestar.engine.latent.CosineTransform;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// FreSca: scales low and high frequencies of the guidance difference apart.
///
/// ```
/// g = low at frequencies below cutoff along both axes, high elsewhere, times d = D_c - D_r;   D = D_r + w*g
/// ```
///
/// Frequencies are shares of the highest one and belong to a cosine transform, which does not wrap around at the edges as the source's Fourier transform does.
/// Neutral: both gains 1.
///
/// Source: Huang et al. 2025, arXiv 2504.02154.
public record FreSca(double low, double high, double cutoff) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "fresca",
                    "FreSca",
                    "Frequency scaling",
                    "Turns fine detail and broad shapes of the guidance up or down, like a tone control: more detail gives crisper pictures.",
                    "g = (low below cutoff, high above)*d in frequencies; D = D_r + w*g",
                    "arXiv 2504.02154",
                    Descriptor.Fidelity.APPROXIMATION,
                    List.of(
                            ParameterSpec.number("low", "Broad shapes", 0, 4, 2, 1, 0.05, "How much of the guidance of broad shapes and colours is kept."),
                            ParameterSpec.number("high", "Fine detail", 0, 4, 2, 1.25, 0.05, "How much of the guidance of fine detail is kept; above 1 sharpens."),
                            ParameterSpec.number("cutoff", "Border", 0, 1, 0.3, 0.01, "Where broad ends and fine begins, as a share of the finest detail."))),
            Set.of(Slot.FILTER, Slot.COMBINE),
            "0",
            parameters -> new FreSca(parameters.number("low"), parameters.number("high"), parameters.number("cutoff")));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Filtered filter(Estimates estimates, Combination difference, PolicyState state) {
        if (low == 1 && high == 1) {
            return Filtered.of(difference, state);
        }
        return Filtered.of(CosineTransform.weighted(difference.latents(), (v, h) -> v < cutoff && h < cutoff ? low : high), state);
    }

    @Override
    public Latents combine(Estimates estimates, Latents difference) {
        return estimates.fromReference(difference);
    }
}
