package org.lodestar.engine.record;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import tools.jackson.databind.JsonNode;

/// Reads the fields of one JSON object and gathers everything wrong with them: a missing field, a wrong type, a field nobody asked for.
///
/// A getter that finds a problem returns a harmless value, so that reading goes on and every problem is found; [#finish()] then throws.
public final class Fields {
    private final String where;
    private final JsonNode object;
    private final List<Problem> problems;
    private final Set<String> asked = new HashSet<>();

    private Fields(String where, JsonNode object, List<Problem> problems) {
        this.where = where;
        this.object = object;
        this.problems = problems;
        if (!object.isObject()) {
            problems.add(new Problem(where, "an object with named fields", kind(object), "Use it as it was written by the program"));
        }
    }

    /// The fields of a whole document.
    ///
    /// @throws EngineException.InvalidInput if `text` is not JSON
    public static Fields of(String where, String text) {
        return new Fields(where, CanonicalJson.parse(where, text), new ArrayList<>());
    }

    public String text(String name) {
        return parsed(name, text -> text, "");
    }

    /// The text as `parse` understands it; what `parse` finds wrong is gathered too.
    public <T> T parsed(String name, Function<String, T> parse, T fallback) {
        JsonNode node = field(name, "text");
        if (node != null && !node.isString()) {
            wrong(name, "text in quotes", node);
        }
        if (node == null || !node.isString()) {
            return fallback;
        }
        try {
            return parse.apply(node.stringValue());
        } catch (EngineException.InvalidInput e) {
            problems.addAll(e.problems());
            return fallback;
        }
    }

    /// As [#parsed], or nothing if the field is not there.
    public <T> Optional<T> optional(String name, Function<String, T> parse, T fallback) {
        asked.add(name);
        return object.has(name) ? Optional.of(parsed(name, parse, fallback)) : Optional.empty();
    }

    /// A whole number in `min..max`.
    public long whole(String name, long min, long max) {
        String range = max == Long.MAX_VALUE ? "a whole number" : "a whole number from " + min + " to " + max;
        JsonNode node = field(name, range);
        if (node == null) {
            return min;
        }
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.longValue() < min || node.longValue() > max) {
            wrong(name, range, node);
            return min;
        }
        return node.longValue();
    }

    /// A whole number in `min..max`.
    public int whole(String name, int min, int max) {
        return (int) whole(name, (long) min, (long) max);
    }

    /// A finite number, or NaN where the field is null.
    public double number(String name) {
        JsonNode node = field(name, "a number");
        if (node == null || node.isNull()) {
            return Double.NaN;
        }
        if (!node.isNumber()) {
            wrong(name, "a number", node);
            return Double.NaN;
        }
        return node.doubleValue();
    }

    /// Texts of a list.
    public List<String> texts(String name) {
        List<String> all = new ArrayList<>();
        for (JsonNode entry : list(name)) {
            if (entry.isString()) {
                all.add(entry.stringValue());
            } else {
                wrong(name, "texts in quotes", entry);
            }
        }
        return all;
    }

    /// Objects of a list, whose problems are gathered here too. Call [#rejectUnknown()] on each when its fields are read.
    public List<Fields> objects(String name) {
        List<Fields> all = new ArrayList<>();
        for (JsonNode entry : list(name)) {
            all.add(new Fields(where + ", " + name + " " + (all.size() + 1), entry, problems));
        }
        return all;
    }

    /// An object, whose problems are gathered here too.
    public Fields object(String name) {
        JsonNode node = field(name, "an object");
        return new Fields(where + ", " + name, node == null ? tools.jackson.databind.node.JsonNodeFactory.instance.objectNode() : node, problems);
    }

    /// The field as it is.
    public @Nullable JsonNode any(String name) {
        return field(name, "a value");
    }

    /// Whether there is a field of that name.
    public boolean has(String name) {
        return object.has(name);
    }

    /// All names there are, in order.
    public List<String> names() {
        return List.copyOf(object.propertyNames());
    }

    /// Adds a problem for every field that was not asked for.
    public void rejectUnknown() {
        for (String name : object.propertyNames()) {
            if (!asked.contains(name)) {
                problems.add(new Problem(where, "the fields " + String.join(", ", asked.stream().sorted().toList()), "a field " + Problem.brief(name, 40), "Leave it out"));
            }
        }
    }

    /// Ends the reading.
    ///
    /// @throws EngineException.InvalidInput with everything found wrong in this document
    public void finish() {
        if (!problems.isEmpty()) {
            throw new EngineException.InvalidInput(problems);
        }
    }

    private Iterable<JsonNode> list(String name) {
        JsonNode node = field(name, "a list");
        if (node != null && !node.isArray()) {
            wrong(name, "a list", node);
        }
        return node != null && node.isArray() ? node : List.of();
    }

    private @Nullable JsonNode field(String name, String expected) {
        asked.add(name);
        JsonNode node = object.isObject() ? object.get(name) : null;
        if (node == null && object.isObject()) {
            problems.add(new Problem(where, name + ", " + expected, "nothing of that name", "Add it"));
        }
        return node;
    }

    private void wrong(String name, String expected, JsonNode found) {
        problems.add(new Problem(where + ", " + name, expected, kind(found), "Correct it"));
    }

    private static String kind(JsonNode node) {
        if (node.isObject()) {
            return "an object";
        }
        if (node.isArray()) {
            return "a list";
        }
        return Problem.brief(node.toString(), 40);
    }
}
