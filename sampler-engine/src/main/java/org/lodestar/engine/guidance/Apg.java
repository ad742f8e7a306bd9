package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.lodestar.engine.latent.Combination;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.parameter.Parameters;

/// Adaptive projected guidance, on the clean sample.
///
/// ```
/// g = D_c - D_r;  m = g + beta*m;  g = m*min(1, r/|m|);  g = g_orth + eta*g_par   (parallel and orthogonal to D_c)
/// D = D_c + (w-1)*g
/// ```
///
/// The part of the difference along the estimate is what oversaturates; the part across it is what improves. Neutral (equal to CFG): `eta = 1`, `r = 0`, `beta = 0`.
/// The cap is a norm over the whole picture, so what it should be grows with the square root of the number of latent values: about 2.5 for small models, 7.5 for 4x64x64
/// (SD at 512), 15 for 4x128x128 (SDXL). With `cap=relative` r is meant for 4x64x64 and scaled by that rule; the source knows only `cap=absolute`.
///
/// Source: Sadat et al. 2024, arXiv 2410.02416.
public record Apg(double w, ProjectedDifference projection, boolean relativeCap) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "apg",
                    "APG",
                    "Adaptive projected guidance",
                    "Strong guidance without the burn: keeps the push that adds detail and drops the one that only saturates, so that high strengths stay natural.",
                    "g = D_c - D_r; m = g + beta*m; g = m*min(1, r/|m|); g = g_orth + eta*g_par; D = D_c + (w-1)*g",
                    "arXiv 2410.02416",
                    Descriptor.Fidelity.EXACT,
                    Stream.concat(
                                    parameters(10, 0, 2.5, -0.75).stream(),
                                    Stream.of(new ParameterSpec.Choice(
                                            "cap",
                                            "Limit counts",
                                            List.of("absolute", "relative"),
                                            "absolute",
                                            "Whether the push limit is taken as it is, as published, or adapted to the picture's size (then 7.5 is usual).")))
                            .toList()),
            Set.of(Slot.STRENGTH, Slot.FILTER),
            "2; 1 at strength 1",
            parameters -> new Apg(parameters.number("w"), projection(parameters), parameters.text("cap").equals("relative")));

    static List<ParameterSpec> parameters(double w, double eta, double r, double beta) {
        return List.of(
                Cfg.weight(w),
                ParameterSpec.number(
                        "eta", "Saturation", 0, 1, eta, 0.05, "How much of the saturating push is kept: 0 none, for natural colour; 1 all of it, as CFG does."),
                ParameterSpec.number(
                        "r",
                        "Push limit",
                        0,
                        1000,
                        50,
                        r,
                        0.5,
                        "Greatest length of the push at one step; lower is calmer, 0 is no limit. Larger pictures need more: 7.5 suits SD, 15 SDXL."),
                ParameterSpec.number(
                        "beta",
                        "Momentum",
                        -1,
                        1,
                        beta,
                        0.05,
                        "Memory of earlier pushes: negative turns against what was pushed already, which brings variety and detail; 0 forgets."));
    }

    static ProjectedDifference projection(Parameters parameters) {
        return new ProjectedDifference(parameters.number("eta"), parameters.number("r"), parameters.number("beta"));
    }

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public double weight(StepContext context) {
        return w;
    }

    @Override
    public Filtered filter(Estimates estimates, Combination difference, PolicyState state) {
        ProjectedDifference scaled = relativeCap ? projection.scaledTo(difference.size()) : projection;
        return scaled.apply(difference, estimates.cond().denoised(), state);
    }
}
