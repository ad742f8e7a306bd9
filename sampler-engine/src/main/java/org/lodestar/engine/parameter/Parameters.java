package org.lodestar.engine.parameter;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// Checked values for every parameter of a [Descriptor], in the descriptor's order. Values are [Double], [Boolean] or [String].
public final class Parameters {
    private final Map<String, Object> values;

    private Parameters(Map<String, Object> values) {
        this.values = Collections.unmodifiableMap(values);
    }

    /// All fallbacks.
    public static Parameters fallbacks(List<ParameterSpec> specs) {
        Map<String, Object> all = new LinkedHashMap<>();
        specs.forEach(spec -> all.put(spec.name(), spec.fallback()));
        return new Parameters(all);
    }

    /// Trusted values, already checked by [Descriptor#check]; missing ones take their fallback.
    static Parameters checked(List<ParameterSpec> specs, Map<String, Object> given) {
        Map<String, Object> all = new LinkedHashMap<>();
        specs.forEach(spec -> all.put(spec.name(), given.getOrDefault(spec.name(), spec.fallback())));
        return new Parameters(all);
    }

    public double number(String name) {
        return (Double) value(name);
    }

    public boolean flag(String name) {
        return (Boolean) value(name);
    }

    public String text(String name) {
        return (String) value(name);
    }

    /// Name to value, in the descriptor's order; unmodifiable.
    public Map<String, Object> asMap() {
        return values;
    }

    private Object value(String name) {
        return Objects.requireNonNull(values.get(name), () -> "no parameter named " + name + " among " + values.keySet());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Parameters that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
