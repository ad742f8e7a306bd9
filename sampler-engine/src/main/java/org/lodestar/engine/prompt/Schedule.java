package org.lodestar.engine.prompt;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// What a prompt says at a step (A1111).
///
/// ```
/// [a:b:when]  a before step `when`, b from it on       [b:when]  nothing, then b       [a::when]  a, then nothing
/// [a|b|c]     a, b, c in turn, one step each
/// ```
///
/// `when` with a point is a share of the steps (`0.5`), without one a number of steps. They nest. Brackets of another form, and those that are not closed, stay as they are.
public final class Schedule {
    private static final Pattern WHEN = Pattern.compile("\\s*(\\d{1,9}|\\d{0,9}\\.\\d{0,9})\\s*");
    private static final int DEEPEST = 50;

    private Schedule() {}

    /// `text` with its schedules resolved for `step` of `steps`, from 0; `text` itself where it has none.
    public static String at(String text, Dialect dialect, int step, int steps) {
        return dialect == Dialect.A1111 && text.indexOf('[') >= 0 ? at(text, step, steps, 0) : text;
    }

    private static String at(String text, int step, int steps, int depth) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            int end = c == '[' && depth < DEEPEST ? Brackets.closing(text, at, text.length(), ']') : -1;
            if (end >= 0) {
                out.append(chosen(text.substring(at + 1, end), step, steps, depth + 1));
                at = end + 1;
                continue;
            }
            out.append(c);
            if (c == '\\' && at + 1 < text.length()) {
                out.append(text.charAt(++at));
            }
            at++;
        }
        return out.toString();
    }

    private static String chosen(String inside, int step, int steps, int depth) {
        List<String> options = split(inside, '|');
        if (options.size() > 1) {
            return at(options.get(step % options.size()), step, steps, depth);
        }
        List<String> parts = split(inside, ':');
        String when = parts.getLast().strip();
        if (parts.size() < 2 || parts.size() > 3 || !WHEN.matcher(when).matches() || when.equals(".")) {
            return "[" + at(inside, step, steps, depth) + "]";
        }
        double change = when.contains(".") ? Double.parseDouble(when) * steps : Double.parseDouble(when);
        boolean before = step < Math.floor(change + 1e-9);
        String first = parts.size() == 3 ? parts.getFirst() : "";
        return at(before ? first : parts.get(parts.size() - 2), step, steps, depth);
    }

    /// The parts between `mark`s that stand in no bracket.
    private static List<String> split(String text, char mark) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '[' || c == '(') {
                depth++;
            } else if ((c == ']' || c == ')') && depth > 0) {
                depth--;
            } else if (c == mark && depth == 0) {
                parts.add(text.substring(from, i));
                from = i + 1;
            }
        }
        parts.add(text.substring(from));
        return parts;
    }
}
