package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// Guidance rescale: brings the spread of the guided estimate back towards that of the prompt's own.
///
/// ```
/// y := y * (1 + phi*(std(y_c)/std(y) - 1))
/// ```
///
/// std over channels, rows and columns. `y` is the raw network output (`space=output`: v for a v-prediction net, as in the source) or the clean sample
/// (`space=x0`). Neutral: `phi = 0`.
///
/// Source: Lin et al. 2023, arXiv 2305.08891.
public record Rescale(double phi, boolean onOutput) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "rescale",
                    "Rescale",
                    "Guidance rescale",
                    "Takes the overexposure out of strong guidance: contrast and brightness go back towards what the model meant.",
                    "y := y*(1 + phi*(std(y_c)/std(y) - 1)), y the network output or x0",
                    "arXiv 2305.08891",
                    Descriptor.Fidelity.EXACT,
                    List.of(
                            ParameterSpec.number(
                                    "phi", "Amount", 0, 1, 0.7, 0.05, "How much of the overexposure is taken out; 0 does nothing, 1 all of it, which can look flat."),
                            new ParameterSpec.Choice(
                                    "space",
                                    "Measured on",
                                    List.of("output", "x0"),
                                    "output",
                                    "What the spread is measured on: the raw network output as published, or the predicted clean picture."))),
            Set.of(Slot.CORRECT),
            "0",
            parameters -> new Rescale(parameters.number("phi"), parameters.text("space").equals("output")));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Latents correct(Estimates estimates, Latents guided) {
        Latents cond = estimates.cond().denoised();
        StepContext context = estimates.context();
        if (!onOutput) {
            return scaled(guided, factor(cond, guided));
        }
        if (context.level().isClean()) {
            return guided;
        }
        Latents rawCond = RawOutput.of(estimates.cond(), context);
        Latents raw = LatentOps.add(rawCond, RawOutput.ofChange(LatentOps.subtract(guided, cond), context));
        double factor = factor(rawCond, raw);
        return factor == 1 ? guided : RawOutput.denoised(LatentOps.scale(factor, raw), context);
    }

    private double factor(Latents wanted, Latents found) {
        double spread = LatentOps.std(found, 1);
        return phi == 0 || spread == 0 ? 1 : 1 + phi * (LatentOps.std(wanted, 1) / spread - 1);
    }

    private static Latents scaled(Latents x, double factor) {
        return factor == 1 ? x : LatentOps.scale(factor, x);
    }
}
