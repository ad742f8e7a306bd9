package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// CFG renormalisation: the guided estimate may not grow beyond the prompt's own.
///
/// ```
/// D := D*min(1, limit*|D_c|/|D|)      norms over the whole picture, or over the channels of each cell (scope=pixel)
/// ```
///
/// Never enlarges. Neutral: a large limit.
///
/// Source: CFG-Renorm of Lumina-Image 2.0, and the per-cell norm of Qwen-Image.
public record Renorm(double limit, boolean perPixel) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "renorm",
                    "Renorm",
                    "Guidance renormalisation",
                    "Keeps the guided picture no louder than the model's own, over all or spot by spot, so that colours do not burn.",
                    "D := D*min(1, limit*|D_c|/|D|)",
                    "CFG-Renorm; Qwen-Image",
                    Descriptor.Fidelity.EXACT,
                    List.of(
                            ParameterSpec.number("limit", "Limit", 0.1, 10, 2, 1, 0.05, "How loud the guided picture may be, compared with the unguided one."),
                            new ParameterSpec.Choice(
                                    "scope", "Measured over", List.of("picture", "pixel"), "picture", "Whether the whole picture is held back evenly, or each spot by itself."))),
            Set.of(Slot.CORRECT),
            "0",
            parameters -> new Renorm(parameters.number("limit"), parameters.text("scope").equals("pixel")));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Corrected correct(Estimates estimates, Latents guided, PolicyState state) {
        Latents cond = estimates.cond().denoised();
        if (perPixel) {
            return new Corrected(eachPixel(cond, guided), state);
        }
        double factor = factor(LatentOps.norm(cond), LatentOps.norm(guided));
        return new Corrected(factor == 1 ? guided : LatentOps.scale(factor, guided), state);
    }

    private Latents eachPixel(Latents cond, Latents guided) {
        int plane = guided.height() * guided.width();
        float[] out = new float[guided.size()];
        for (int i = 0; i < plane; i++) {
            double own = 0;
            double found = 0;
            for (int k = i; k < out.length; k += plane) {
                own += (double) cond.at(k) * cond.at(k);
                found += (double) guided.at(k) * guided.at(k);
            }
            double factor = factor(Math.sqrt(own), Math.sqrt(found));
            for (int k = i; k < out.length; k += plane) {
                out[k] = (float) (factor * guided.at(k));
            }
        }
        return guided.likeAdopting(out);
    }

    private double factor(double own, double found) {
        return found <= limit * own ? 1 : limit * own / found;
    }
}
