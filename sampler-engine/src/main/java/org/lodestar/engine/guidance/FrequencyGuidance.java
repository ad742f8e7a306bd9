package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.latent.Combination;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.latent.Pyramid;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// FDG, frequency-decoupled guidance: coarse and fine structure get strengths of their own.
///
/// ```
/// g = low*coarse(d) + high*(d - coarse(d)),   d = D_c - D_r;   D = D_c + (w-1)*g
/// ```
///
/// so the weight is `1 + (w-1)*low` for the coarse level of a Laplacian pyramid and `1 + (w-1)*high` for the fine one. Neutral: both 1.
///
/// Source: Sadat et al. 2025, arXiv 2506.19713; borders and odd sizes of the pyramid are chosen here.
public record FrequencyGuidance(double low, double high) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "fdg",
                    "FDG",
                    "Frequency-decoupled guidance",
                    "Guides fine detail more strongly than layout and colour: crisp at high strength, without the oversaturated look and with more variety.",
                    "g = low*coarse(d) + high*fine(d); D = D_c + (w-1)*g",
                    "arXiv 2506.19713",
                    Descriptor.Fidelity.RECONSTRUCTED,
                    List.of(
                            ParameterSpec.number("low", "Layout", 0, 4, 2, 0.45, 0.05, "Share of the strength that layout and colour get."),
                            ParameterSpec.number("high", "Detail", 0, 4, 2, 1, 0.05, "Share of the strength that fine detail gets, such as edges and texture."))),
            Set.of(Slot.FILTER),
            "0",
            parameters -> new FrequencyGuidance(parameters.number("low"), parameters.number("high")));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Filtered filter(Estimates estimates, Combination difference, PolicyState state) {
        if (low == high) {
            return low == 1 ? Filtered.of(difference, state) : Filtered.of(LatentOps.scale(low, difference.latents()), state);
        }
        Latents plain = difference.latents();
        return Filtered.of(LatentOps.combine(low - high, Pyramid.coarse(plain), high, plain), state);
    }
}
