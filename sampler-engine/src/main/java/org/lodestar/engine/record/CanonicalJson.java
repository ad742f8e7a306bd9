package org.lodestar.engine.record;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.fault.EngineException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One text for one value: names sorted, no blanks, numbers without needless digits. Equal values give equal text, so that the text can be hashed and compared.
///
/// Values are [Map] (names to values), [List], [String], [Boolean], [Number], [JsonNode] or null. Numbers that JSON lacks (NaN, infinities) are written as null.
public final class CanonicalJson {
    private static final int MAX_DEPTH = 32;
    private static final int MAX_CHARACTERS = 8 << 20;

    private CanonicalJson() {}

    /// The text of `value`.
    public static String write(@Nullable Object value) {
        StringBuilder out = new StringBuilder();
        append(value, out);
        return out.toString();
    }

    /// Reads any JSON text from anywhere: at most 8 million characters, 32 levels deep, every name once per object.
    ///
    /// @param where what the text is, for the message
    /// @throws EngineException.InvalidInput if it is not JSON or beyond the limits
    public static JsonNode parse(String where, String text) {
        if (text.length() > MAX_CHARACTERS) {
            throw new EngineException.InvalidInput(where, "at most " + MAX_CHARACTERS + " characters", text.length() + " characters", "Use a smaller one");
        }
        try {
            return mapper().readTree(text);
        } catch (JacksonException e) {
            String at = e.getLocation() == null ? "" : " at line " + e.getLocation().getLineNr() + ", column " + e.getLocation().getColumnNr();
            throw new EngineException.InvalidInput(where, "JSON text", "something else" + at, "Use it as it was written by the program");
        }
    }

    private static JsonMapper mapper() {
        return JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(MAX_DEPTH)
                                .maxStringLength(MAX_CHARACTERS)
                                .maxNumberLength(64)
                                .maxNameLength(256)
                                .build())
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
    }

    private static @Nullable Object plain(JsonNode node) {
        if (node.isObject()) {
            Map<String, @Nullable Object> all = new TreeMap<>();
            node.properties().forEach(e -> all.put(e.getKey(), plain(e.getValue())));
            return all;
        }
        if (node.isArray()) {
            return node.valueStream().map(CanonicalJson::plain).toList();
        }
        if (node.isNumber()) {
            return node.isIntegralNumber() ? node.bigIntegerValue() : (Number) node.doubleValue();
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        return node.isString() ? node.stringValue() : null;
    }

    private static void append(@Nullable Object value, StringBuilder out) {
        switch (value) {
            case null -> out.append("null");
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> sorted = new TreeMap<>();
                map.forEach((name, entry) -> sorted.put(String.valueOf(name), entry));
                out.append('{');
                String separator = "";
                for (Map.Entry<String, @Nullable Object> entry : sorted.entrySet()) {
                    out.append(separator);
                    appendText(entry.getKey(), out);
                    out.append(':');
                    append(entry.getValue(), out);
                    separator = ",";
                }
                out.append('}');
            }
            case List<?> list -> {
                out.append('[');
                String separator = "";
                for (Object entry : list) {
                    out.append(separator);
                    append(entry, out);
                    separator = ",";
                }
                out.append(']');
            }
            case JsonNode node -> append(plain(node), out);
            case String text -> appendText(text, out);
            case Boolean flag -> out.append(flag);
            case Double number -> out.append(number(number));
            case Float number -> out.append(number(number));
            case Number whole -> out.append(whole);
            default -> throw new IllegalArgumentException("JSON has no " + value.getClass());
        }
    }

    private static String number(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return "null";
        }
        if (value == 0) {
            return "0";
        }
        BigDecimal digits = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        return Math.abs(value) >= 1e-6 && Math.abs(value) < 1e15 ? digits.toPlainString() : digits.toString();
    }

    private static void appendText(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < 0x20 || (Character.isSurrogate(c) && !isPaired(text, i))) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    private static boolean isPaired(String text, int i) {
        char c = text.charAt(i);
        return Character.isHighSurrogate(c)
                ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
    }
}
