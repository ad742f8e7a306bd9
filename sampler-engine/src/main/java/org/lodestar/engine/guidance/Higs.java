package org.lodestar.engine.guidance;

import java.util.Set;
import java.util.stream.Stream;
import org.lodestar.engine.latent.CosineTransform;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// HiGS, history-guided sampling: pushes on in the direction in which the estimate has been moving.
///
/// ```
/// D := D + v(p)*H(D - h),   h := (1-alpha)*h + alpha*D   (h = D at the first step)
/// v(p) = w*sqrt((to - p)/(to - from)) for from <= p < to, else 0       p = i/N
/// H keeps fine structure: each frequency times 1/(1 + exp(-50*(R - cutoff))), R its length as a share of the highest along one axis
/// ```
///
/// Costs no network evaluations and works without guidance too. Neutral: `w = 0`.
///
/// Source: Sadat et al. 2025, arXiv 2509.22300; constants from secondary sources.
public record Higs(double w, double alpha, double cutoff, double from, double to) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "higs",
                    "HiGS",
                    "History-guided sampling",
                    "Sharpens for free: compares the picture with how it looked a few steps ago and pushes its detail further along.",
                    "D := D + v(p)*highpass(D - h), h the running mean of earlier D",
                    "arXiv 2509.22300",
                    Descriptor.Fidelity.RECONSTRUCTED,
                    Stream.concat(
                                    Stream.of(
                                            ParameterSpec.number("w", "Sharpening", 0, 20, 5, 2, 0.1, "How strongly detail is pushed on; 0 does nothing."),
                                            ParameterSpec.number("alpha", "Short memory", 0.01, 1, 0.75, 0.01, "1 compares with the last step only; less looks further back."),
                                            ParameterSpec.number("cutoff", "Detail only above", 0, 1, 0.05, 0.01, "Leaves broad shapes alone; a share of the finest detail.")),
                                    Window.parameters(0.05, 0.6, "sharpening").stream())
                            .toList()),
            Set.of(Slot.CORRECT),
            "0",
            p -> new Higs(p.number("w"), p.number("alpha"), p.number("cutoff"), p.number("from"), p.number("to")));

    private record Memory(Latents mean) implements PolicyState {}

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Corrected correct(Estimates estimates, Latents guided, PolicyState state) {
        if (!(state instanceof Memory(Latents mean))) {
            return new Corrected(guided, new Memory(guided));
        }
        Memory next = new Memory(LatentOps.combine(1 - alpha, mean, alpha, guided));
        double p = estimates.context().progress();
        if (w == 0 || p < from || p >= to) {
            return new Corrected(guided, next);
        }
        Latents detail = CosineTransform.weighted(
                LatentOps.subtract(guided, mean), (v, h) -> 1 / (1 + Math.exp(-50 * (Math.hypot(v, h) - cutoff))));
        return new Corrected(LatentOps.addScaled(guided, w * Math.sqrt((to - p) / (to - from)), detail), next);
    }
}
