package org.lodestar.engine.prompt;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Several prompts in one (A1111): `a fox AND snow:0.5` is two prompts, the second with weight 0.5. Without `AND` it is the prompt itself with weight 1, whatever it ends with.
///
/// @param parts at least one
public record Composition(List<Part> parts) {
    private static final Pattern AND = Pattern.compile("\\bAND\\b");
    private static final Pattern WEIGHTED = Pattern.compile("(.*?)\\s*:\\s*([+-]?(?:\\d{1,9}\\.?\\d{0,9}|\\.\\d{1,9}))\\s*", Pattern.DOTALL);

    public Composition {
        parts = List.copyOf(parts);
    }

    /// Whether there is one prompt of weight 1, as without `AND`.
    public boolean isPlain() {
        return parts.size() == 1 && parts.getFirst().weight() == 1;
    }

    /// One prompt.
    public record Part(String text, double weight) {}

    public static Composition parse(String text, Dialect dialect) {
        if (dialect != Dialect.A1111 || !AND.matcher(text).find()) {
            return new Composition(List.of(new Part(text, 1)));
        }
        List<Part> parts = new ArrayList<>();
        for (String part : AND.split(text, -1)) {
            Matcher weighted = WEIGHTED.matcher(part);
            parts.add(weighted.matches() ? new Part(weighted.group(1).strip(), Double.parseDouble(weighted.group(2))) : new Part(part.strip(), 1));
        }
        return new Composition(parts);
    }
}
