package org.lodestar.engine.parameter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;

/// What the catalogue says of a sampler, a spacing or a policy. The window, the command line and the documents are generated from it.
///
/// @param id         stable for ever; lower case; what the text form and files use ("apg")
/// @param name       short name ("APG")
/// @param title      name written out ("Adaptive projected guidance")
/// @param summary    one or two sentences an artist understands
/// @param formula    the formula in plain text, symbols as in the glossary
/// @param reference  where it comes from ("arXiv 2410.02416")
/// @param fidelity   how close to the source it is
/// @param parameters in the order they are shown and printed
public record Descriptor(
        String id,
        String name,
        String title,
        String summary,
        String formula,
        String reference,
        Fidelity fidelity,
        List<ParameterSpec> parameters) {

    /// How an implementation relates to its source.
    public enum Fidelity {
        /// The published rule.
        EXACT,
        /// Rebuilt from an abstract or secondary sources; details may differ from the authors' code.
        RECONSTRUCTED,
        /// A stand-in for the published rule.
        APPROXIMATION
    }

    public Descriptor {
        parameters = List.copyOf(parameters);
    }

    /// The parameter of that name.
    ///
    /// @throws EngineException.InvalidInput if there is none
    public ParameterSpec parameter(String parameterName) {
        return parameters.stream()
                .filter(spec -> spec.name().equals(parameterName))
                .findFirst()
                .orElseThrow(() -> new EngineException.InvalidInput(List.of(unknown(parameterName))));
    }

    /// Checks `given` (numbers may come as any [java.lang.Number] or as text) and fills in the fallbacks.
    ///
    /// @throws EngineException.InvalidInput with every problem found
    public Parameters check(Map<String, ?> given) {
        List<Problem> problems = new ArrayList<>();
        Map<String, Object> clean = new LinkedHashMap<>();
        given.forEach((key, value) -> parameters.stream()
                .filter(spec -> spec.name().equals(key))
                .findFirst()
                .ifPresentOrElse(spec -> checkOne(spec, value, clean, problems), () -> problems.add(unknown(key))));
        if (!problems.isEmpty()) {
            throw new EngineException.InvalidInput(problems);
        }
        return Parameters.checked(parameters, clean);
    }

    private void checkOne(ParameterSpec spec, Object value, Map<String, Object> clean, List<Problem> problems) {
        String where = id + "(" + spec.name() + ")";
        switch (spec) {
            case ParameterSpec.Real number -> {
                String range = (number.whole() ? "a whole number from " : "a number from ") + plain(number.min()) + " to " + plain(number.max());
                Double parsed = toDouble(value);
                if (parsed == null || !(parsed >= number.min() && parsed <= number.max()) || (number.whole() && parsed != Math.rint(parsed))) {
                    problems.add(new Problem(where, range, String.valueOf(value), "Use " + plain(number.preset()) + " if in doubt"));
                } else {
                    clean.put(spec.name(), parsed);
                }
            }
            case ParameterSpec.Choice choice -> {
                if (choice.options().contains(String.valueOf(value))) {
                    clean.put(spec.name(), String.valueOf(value));
                } else {
                    problems.add(new Problem(
                            where, "one of " + String.join(", ", choice.options()), String.valueOf(value), "Use " + choice.preset() + " if in doubt"));
                }
            }
            case ParameterSpec.Flag flag -> {
                String text = String.valueOf(value);
                if (text.equals("true") || text.equals("false")) {
                    clean.put(spec.name(), Boolean.valueOf(text));
                } else {
                    problems.add(new Problem(where, "true or false", text, "Use " + flag.preset() + " if in doubt"));
                }
            }
            case ParameterSpec.Text text -> clean.put(text.name(), String.valueOf(value));
        }
    }

    private Problem unknown(String key) {
        List<String> names = parameters.stream().map(ParameterSpec::name).toList();
        return new Problem(
                id,
                names.isEmpty() ? "no parameters" : "parameters " + String.join(", ", names),
                key,
                names.isEmpty() ? "Leave it out" : "Check the spelling");
    }

    private static @org.jspecify.annotations.Nullable Double toDouble(Object value) {
        if (value instanceof java.lang.Number number) {
            return number.doubleValue();
        }
        try {
            return Double.valueOf(String.valueOf(value));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /// A number as people write it: no exponent, no `.0`.
    public static String plain(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return String.valueOf(value);
        }
        return new java.math.BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
    }
}
