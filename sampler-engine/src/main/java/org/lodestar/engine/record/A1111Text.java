package org.lodestar.engine.record;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lodestar.engine.fault.EngineException;

/// The settings text that most image tools write into a PNG under the keyword `parameters`:
///
/// ```
/// prompt, any number of lines
/// Negative prompt: any number of lines, left out if empty
/// Steps: 20, Sampler: Euler a, CFG scale: 7.5, Seed: 1, Size: 512x768
/// ```
///
/// The last line counts as settings if it has at least three `Key: value` pairs. A value with a comma, a colon or a line end is written as a JSON text in quotes. Values
/// of other programs that hold commas inside brackets are kept whole.
///
/// @param prompt   may have many lines
/// @param negative "" for none
/// @param settings names as written to values without quotes, in order
public record A1111Text(String prompt, String negative, Map<String, String> settings) {
    private static final String NEGATIVE = "Negative prompt:";
    private static final int LEAST_SETTINGS = 3;
    private static final Pattern KEY = Pattern.compile("\\s*(\\w[\\w \\-/]{0,79}):\\s?");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,6})x(\\d{1,6})");

    public A1111Text {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }

    /// Width and height.
    public record Size(int width, int height) {}

    /// The text form, which [#parse] reads back.
    public String text() {
        List<String> lines = new ArrayList<>();
        lines.add(prompt.strip());
        if (!negative.isBlank()) {
            lines.add(NEGATIVE + " " + negative.strip());
        }
        List<String> pairs = new ArrayList<>();
        settings.forEach((key, value) -> pairs.add(key + ": " + quoteIfNeeded(value)));
        lines.add(String.join(", ", pairs));
        return String.join("\n", lines);
    }

    /// Reads any text: what is not understood is prompt.
    public static A1111Text parse(String text) {
        List<String> lines = new ArrayList<>(Arrays.asList(text.strip().split("\\R", -1)));
        Map<String, String> settings = pairs(lines.getLast());
        if (settings.size() < LEAST_SETTINGS) {
            settings = Map.of();
        } else {
            lines.removeLast();
        }
        int negativeAt = 0;
        while (negativeAt < lines.size() && !lines.get(negativeAt).startsWith(NEGATIVE)) {
            negativeAt++;
        }
        String prompt = String.join("\n", lines.subList(0, negativeAt)).strip();
        String negative = String.join("\n", lines.subList(negativeAt, lines.size()));
        return new A1111Text(prompt, negative.isEmpty() ? "" : negative.substring(NEGATIVE.length()).strip(), settings);
    }

    public Optional<String> setting(String key) {
        return Optional.ofNullable(settings.get(key));
    }

    /// A whole number, or nothing if the setting is missing or is none.
    public Optional<Long> whole(String key) {
        try {
            return setting(key).map(Long::valueOf);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /// A finite number, or nothing if the setting is missing or is none.
    public Optional<Double> number(String key) {
        try {
            return setting(key).map(Double::valueOf).filter(Double::isFinite);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /// `Size`, or nothing if it is missing or not like `512x768`.
    public Optional<Size> size() {
        return setting("Size").map(SIZE::matcher).filter(Matcher::matches).map(m -> new Size(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2))));
    }

    private static Map<String, String> pairs(String line) {
        Map<String, String> pairs = new LinkedHashMap<>();
        Matcher key = KEY.matcher(line);
        int at = 0;
        while (at < line.length()) {
            key.region(at, line.length());
            if (!key.lookingAt()) {
                at = endOfValue(line, at) + 1;
                continue;
            }
            int end = endOfValue(line, key.end());
            pairs.putIfAbsent(key.group(1).strip(), unquoted(line.substring(key.end(), end).strip()));
            at = end + 1;
        }
        return pairs;
    }

    /// The next comma outside quotes and brackets; commas inside count if a quote or a bracket is never closed.
    private static int endOfValue(String line, int start) {
        int end = endOutsideBrackets(line, start);
        if (end < 0) {
            end = line.indexOf(',', start);
        }
        return end < 0 ? line.length() : end;
    }

    private static int endOutsideBrackets(String line, int start) {
        int depth = 0;
        boolean quoted = false;
        for (int i = start; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quoted) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    quoted = false;
                }
                continue;
            }
            switch (c) {
                case '"' -> quoted = true;
                case '[', '{' -> depth++;
                case ']', '}' -> depth--;
                case ',' -> {
                    if (depth <= 0) {
                        return i;
                    }
                }
                default -> {}
            }
        }
        return quoted || depth > 0 ? -1 : line.length();
    }

    private static String quoteIfNeeded(String value) {
        boolean plain = value.chars().noneMatch(c -> c == ',' || c == ':' || c == '\n' || c == '\r' || c == '"')
                && value.equals(value.strip())
                && value.chars().noneMatch(c -> "[]{}".indexOf(c) >= 0);
        return plain ? value : CanonicalJson.write(value);
    }

    private static String unquoted(String value) {
        if (value.length() < 2 || !value.startsWith("\"") || !value.endsWith("\"")) {
            return value;
        }
        try {
            return CanonicalJson.parse("setting", value).asString(value);
        } catch (EngineException.InvalidInput e) {
            return value;
        }
    }
}
