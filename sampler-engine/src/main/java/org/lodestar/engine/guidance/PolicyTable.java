package org.lodestar.engine.guidance;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// A guidance weight written down step by step, as a search finds it.
///
/// ```
/// w(i) = entry floor(i*M/N)      M entries, N steps; c means 1 (plain prompt), u means 0 (no prompt)
/// ```
///
/// Steps at `c` and `u` cost one evaluation.
///
/// Source: the searched policies of Castillo et al. 2023, arXiv 2312.12487.
public record PolicyTable(List<Double> weights) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "table",
                    "Table",
                    "Strength written down per step",
                    "Gives every step a strength of its own: for guidance that a search has found, or that you want to place by hand.",
                    "w(i) = entry floor(i*M/N)",
                    "arXiv 2312.12487",
                    Descriptor.Fidelity.EXACT,
                    List.of(new ParameterSpec.Text(
                            "steps", "Strengths", "7.5 c", "Strengths from first to last step, spread evenly over the run; c is the plain prompt, u is without any prompt."))),
            Set.of(Slot.STRENGTH),
            "2, and 1 at the entries c and u",
            parameters -> new PolicyTable(parse(parameters.text("steps"))));

    public PolicyTable {
        weights = List.copyOf(weights);
    }

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public double weight(StepContext context) {
        return weights.get((int) ((long) context.step() * weights.size() / context.steps()));
    }

    private static List<Double> parse(String text) {
        List<Double> weights = new ArrayList<>();
        for (String word : text.strip().toLowerCase(Locale.ROOT).split("[\\s,]+", -1)) {
            double weight = switch (word) {
                case "c" -> 1;
                case "u" -> 0;
                default -> number(word);
            };
            if (!(weight >= 0 && weight <= 100)) {
                throw new EngineException.InvalidInput(
                        "table(steps)", "numbers from 0 to 100, c or u, separated by blanks", "\"" + word + "\" in \"" + text + "\"", "Write it like 7.5 7.5 c c");
            }
            weights.add(weight);
        }
        return weights;
    }

    private static double number(String word) {
        try {
            return Double.parseDouble(word);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
