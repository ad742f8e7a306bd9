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
    private static final int MAX_LINE = 1 << 16;
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
        Map<String, String> settings = lines.getLast().length() > MAX_LINE ? Map.of() : pairs(lines.getLast());
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
        boolean bracketsCount = true;
        int at = 0;
        while (at < line.length()) {
            key.region(at, line.length());
            boolean found = key.lookingAt();
            int start = found ? key.end() : at;
            int end = endOfValue(line, start, bracketsCount);
            if (end < 0) {
                bracketsCount = false; // one is never closed: from here on commas separate, whatever stands around them
                end = endOfValue(line, start, false);
            }
            if (found) {
                pairs.putIfAbsent(key.group(1).strip(), unquoted(line.substring(start, end).strip()));
            }
            at = end + 1;
        }
        return pairs;
    }

    /// The next comma outside quotes, and outside brackets if they count; -1 where a bracket is never closed. A quote that is never closed is a character like others.
    private static int endOfValue(String line, int start, boolean bracketsCount) {
        int depth = 0;
        for (int i = start; i < line.length(); i++) {
            switch (line.charAt(i)) {
                case '"' -> i = endOfQuote(line, i);
                case '[', '{' -> depth++;
                case ']', '}' -> depth--;
                case ',' -> {
                    if (depth <= 0 || !bracketsCount) {
                        return i;
                    }
                }
                default -> {}
            }
        }
        return depth > 0 && bracketsCount ? -1 : line.length();
    }

    private static int endOfQuote(String line, int start) {
        for (int i = start + 1; i < line.length(); i++) {
            if (line.charAt(i) == '\\') {
                i++;
            } else if (line.charAt(i) == '"') {
                return i;
            }
        }
        return start;
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
