package org.lodestar.engine.guidance;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// Dynamic thresholding for latents: compresses what strong guidance blows up back to the range that a gentler strength would have.
///
/// ```
/// per channel, y = D - mean(D):   R_ref = max|y at weight mimic|,  R = max(R_ref, quantile_p |y|)
/// D := clamp(y, -R, R)*R_ref/R + mean(D)
/// ```
///
/// Neutral where the weight is at most `mimic`. The original rule clips pixels to -1..1; latents have no such range, hence the mimicked one.
///
/// Source: Saharia et al. 2022, arXiv 2205.11487; the latent variant from community practice.
public record DynamicThreshold(double mimic, double percentile) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "threshold",
                    "Threshold",
                    "Dynamic thresholding",
                    "Lets you guide very strongly and then compresses colour and contrast to what a gentler strength would give.",
                    "per channel, y = D - mean: R = max(R_ref, quantile_p|y|), R_ref = max|y at weight mimic|; D := clamp(y,-R,R)*R_ref/R + mean",
                    "arXiv 2205.11487, latent variant",
                    Descriptor.Fidelity.RECONSTRUCTED,
                    List.of(
                            ParameterSpec.number(
                                    "mimic", "Look of strength", 0, 100, 20, 7, 0.1, "The CFG strength whose range of colours and contrast is kept."),
                            ParameterSpec.number(
                                    "percentile", "Kept share", 0.5, 1, 0.995, 0.001, "Share of values that is compressed evenly; the few beyond it are cut off."))),
            Set.of(Slot.CORRECT),
            "0",
            parameters -> new DynamicThreshold(parameters.number("mimic"), parameters.number("percentile")));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Corrected correct(Estimates estimates, Latents guided, PolicyState state) {
        if (estimates.weight() <= mimic) {
            return new Corrected(guided, state);
        }
        Latents cond = estimates.cond().denoised();
        Latents reference = estimates.reference().denoised();
        int plane = guided.height() * guided.width();
        float[] out = new float[guided.size()];
        for (int start = 0; start < out.length; start += plane) {
            double mean = 0;
            double mimicMean = 0;
            for (int i = start; i < start + plane; i++) {
                mean += guided.at(i) / (double) plane;
                mimicMean += mimicked(cond, reference, i) / plane;
            }
            double[] sizes = new double[plane];
            double range = 0;
            for (int i = 0; i < plane; i++) {
                sizes[i] = Math.abs(guided.at(start + i) - mean);
                range = Math.max(range, Math.abs(mimicked(cond, reference, start + i) - mimicMean));
            }
            Arrays.sort(sizes);
            double limit = Math.max(range, Quantile.of(sizes, percentile));
            double squeeze = limit == 0 ? 1 : range / limit;
            for (int i = start; i < start + plane; i++) {
                out[i] = (float) (Math.clamp(guided.at(i) - mean, -limit, limit) * squeeze + mean);
            }
        }
        return new Corrected(guided.likeAdopting(out), state);
    }

    private double mimicked(Latents cond, Latents reference, int i) {
        return reference.at(i) + mimic * ((double) cond.at(i) - reference.at(i));
    }
}
