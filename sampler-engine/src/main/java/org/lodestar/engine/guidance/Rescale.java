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
public record Rescale(double phi, String space) implements GuidancePolicy {

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
            parameters -> new Rescale(parameters.number("phi"), parameters.text("space")));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Corrected correct(Estimates estimates, Latents guided, PolicyState state) {
        return new Corrected(phi == 0 ? guided : Space.named(space, estimates.context()).scaled(estimates, guided, this::factor), state);
    }

    private double factor(Latents wanted, Latents found) {
        double spread = LatentOps.std(found, 1);
        return spread == 0 ? 1 : 1 + phi * (LatentOps.std(wanted, 1) / spread - 1);
    }
}
