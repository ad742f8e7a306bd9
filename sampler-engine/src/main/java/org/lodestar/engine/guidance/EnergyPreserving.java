package org.lodestar.engine.guidance;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.parameter.Parameters;

/// EP-CFG, energy-preserving guidance: gives the guided estimate back the energy of the prompt's own, measured where neither the loudest nor the faintest
/// values count.
///
/// ```
/// y := y*(1 + amount*(sqrt(E_c/E) - 1)),   E = mean of y^2 between its quantiles `from` and `to`
/// y  the raw network output (space=output) or the clean sample (space=x0)
/// ```
///
/// With `amount = 1` and the whole range, `from = 0` and `to = 1`, the norm is exactly the prompt's own. Enlarges as well, unlike [Renorm]. Left alone where E
/// is 0. Neutral: `amount = 0`.
///
/// Source: Zhang et al. 2024, arXiv 2412.09966; the band of 45 to 55 per cent and its use from secondary sources.
///
/// @param amount share of the correction, 0..1
/// @param from   quantile of the squares from which values count, 0..1
/// @param to     quantile up to which they count
/// @param space  `output` or `x0`
public record EnergyPreserving(double amount, double from, double to, String space) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "ep",
                    "EP-CFG",
                    "Energy-preserving guidance",
                    "Gives a strongly guided picture back the contrast it had without guidance, judged by its middling values, so that a few glaring spots "
                            + "do not mislead.",
                    "y := y*(1 + amount*(sqrt(E_c/E) - 1)), E the mean of y^2 between two quantiles",
                    "arXiv 2412.09966",
                    Descriptor.Fidelity.RECONSTRUCTED,
                    List.of(
                            ParameterSpec.number(
                                    "amount", "Amount", 0, 1, 1, 0.05,
                                    "How much of the contrast is given back: 1 all of it, as published; 0 does nothing."),
                            ParameterSpec.number(
                                    "from", "Counts from", 0, 1, 0.45, 0.01,
                                    "Share of the faintest values that is left out when contrast is measured."),
                            ParameterSpec.number(
                                    "to", "Counts to", 0, 1, 0.55, 0.01,
                                    "Share of values that counts at most; the loudest ones beyond it are left out."),
                            new ParameterSpec.Choice(
                                    "space", "Measured on", List.of("output", "x0"), "output",
                                    "Where contrast is measured: raw network output, or predicted clean picture."))),
            Set.of(Slot.CORRECT),
            "0",
            EnergyPreserving::of);

    private static EnergyPreserving of(Parameters parameters) {
        double from = parameters.number("from");
        double to = parameters.number("to");
        if (from > to) {
            throw new EngineException.InvalidInput("ep", "from at most to", "from " + Descriptor.plain(from) + " and to " + Descriptor.plain(to), "Swap them");
        }
        return new EnergyPreserving(parameters.number("amount"), from, to, parameters.text("space"));
    }

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Corrected correct(Estimates estimates, Latents guided, PolicyState state) {
        return new Corrected(amount == 0 ? guided : Space.named(space, estimates.context()).scaled(estimates, guided, this::factor), state);
    }

    private double factor(Latents wanted, Latents found) {
        double energy = energy(found);
        return energy == 0 ? 1 : 1 + amount * (Math.sqrt(energy(wanted) / energy) - 1);
    }

    private double energy(Latents y) {
        double[] squares = IntStream.range(0, y.size()).mapToDouble(i -> (double) y.at(i) * y.at(i)).sorted().toArray();
        int first = (int) Math.floor(from * (squares.length - 1));
        int last = (int) Math.ceil(to * (squares.length - 1));
        return Arrays.stream(squares, first, last + 1).average().orElse(0);
    }
}
