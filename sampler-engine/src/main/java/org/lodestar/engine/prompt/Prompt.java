package org.lodestar.engine.prompt;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A prompt, read: stretches that `BREAK` parts, each of pieces under one weight.
///
/// ```
/// A1111   (x) 1.1   [x] 1/1.1   (x:w) w, all multiplying with the weights around them;   \( \) \[ \] \\ are the characters themselves;   BREAK parts stretches
/// ComfyUI (x) 1.1 times the weight around it   (x:w) w whatever is around it;   \( and \) are the characters themselves
/// ```
///
/// Weights end at 1000 and -1000. Brackets that are not closed act to the end of the prompt (A1111) or are text (ComfyUI); brackets that were not opened are text. Neighbouring pieces of equal weight are one piece.
/// A prompt without syntax is one stretch of one piece of weight 1 that is the prompt.
///
/// @param stretches at least one, each of at least one piece
public record Prompt(List<List<Piece>> stretches) {
    private static final double STRONGER = 1.1;
    private static final double LARGEST = 1000;
    private static final int DEEPEST = 50;
    private static final Pattern BREAK = Pattern.compile("\\s*\\bBREAK\\b\\s*");
    private static final Pattern A1111_WEIGHT = Pattern.compile(":\\s*([+-]?(?:\\d+\\.?\\d*|\\.\\d+))\\s*\\)");
    private static final Pattern NUMBER = Pattern.compile("\\s*[+-]?(?:\\d+\\.?\\d*|\\.\\d+)\\s*");

    public Prompt {
        stretches = stretches.stream().map(List::copyOf).toList();
    }

    /// Reads `text`; schedules in it are not looked at ([Schedule] comes first).
    public static Prompt parse(String text, Dialect dialect) {
        return switch (dialect) {
            case PLAIN -> new Prompt(List.of(List.of(plain(text))));
            case A1111 -> new Prompt(new Marked(text).multiplied());
            case COMFY -> new Prompt(List.of(new Marked(text).replaced()));
        };
    }

    /// What `text` says without its syntax, where it is several prompts ([Composition]) with commas between them.
    public static String words(String text, Dialect dialect) {
        return Composition.parse(text, dialect).parts().stream().map(part -> parse(part.text(), dialect).words()).collect(Collectors.joining(", "));
    }

    /// The words alone, stretches joined by blanks.
    public String words() {
        return stretches.stream().map(stretch -> stretch.stream().map(Piece::text).collect(Collectors.joining())).collect(Collectors.joining(" "));
    }

    /// Whether every weight is 1.
    public boolean isEven() {
        return stretches.stream().flatMap(List::stream).allMatch(piece -> piece.weight() == 1);
    }

    private static Piece plain(String text) {
        List<Integer> origins = new ArrayList<>();
        for (int i = 0; i < text.length(); i++) {
            origins.add(i);
        }
        return new Piece(text, 1, origins);
    }

    /// Characters kept of a prompt, each with its place and its weight.
    private static final class Marked {
        private final String source;
        private final List<Integer> kept = new ArrayList<>();
        private final List<Double> weights = new ArrayList<>();

        Marked(String source) {
            this.source = source;
        }

        private void keep(int at, double weight) {
            kept.add(at);
            weights.add(weight);
        }

        private void multiplyFrom(int first, double factor) {
            for (int i = first; i < weights.size(); i++) {
                weights.set(i, limited(weights.get(i) * factor));
            }
        }

        List<List<Piece>> multiplied() {
            List<Integer> round = new ArrayList<>();
            List<Integer> square = new ArrayList<>();
            Matcher weight = A1111_WEIGHT.matcher(source);
            List<List<Piece>> stretches = new ArrayList<>();
            List<Integer> breaks = new ArrayList<>();
            int at = 0;
            while (at < source.length()) {
                char c = source.charAt(at);
                if (c == '\\') {
                    if (at + 1 < source.length() && "()[]\\".indexOf(source.charAt(at + 1)) >= 0) {
                        keep(at + 1, 1);
                        at++;
                    }
                    at++;
                } else if (c == '(') {
                    round.add(kept.size());
                    at++;
                } else if (c == '[') {
                    square.add(kept.size());
                    at++;
                } else if (c == ':' && !round.isEmpty() && weight.find(at) && weight.start() == at) {
                    multiplyFrom(round.removeLast(), Double.parseDouble(weight.group(1)));
                    at = weight.end();
                } else if (c == ')' && !round.isEmpty()) {
                    multiplyFrom(round.removeLast(), STRONGER);
                    at++;
                } else if (c == ']' && !square.isEmpty()) {
                    multiplyFrom(square.removeLast(), 1 / STRONGER);
                    at++;
                } else {
                    at = keepWords(at, breaks);
                }
            }
            round.forEach(first -> multiplyFrom(first, STRONGER));
            square.forEach(first -> multiplyFrom(first, 1 / STRONGER));
            int from = 0;
            for (int end : breaks) {
                stretches.add(pieces(from, end));
                from = end;
            }
            stretches.add(pieces(from, kept.size()));
            return stretches;
        }

        /// Keeps the characters up to the next one with a meaning, except for breaks, whose places are noted.
        private int keepWords(int from, List<Integer> breaks) {
            int to = from + 1;
            while (to < source.length() && "\\()[]:".indexOf(source.charAt(to)) < 0) {
                to++;
            }
            Matcher parting = BREAK.matcher(source).region(from, to).useTransparentBounds(true);
            int at = from;
            while (parting.find()) {
                for (; at < parting.start(); at++) {
                    keep(at, 1);
                }
                breaks.add(kept.size());
                at = parting.end();
            }
            for (; at < to; at++) {
                keep(at, 1);
            }
            return to;
        }

        List<Piece> replaced() {
            replaced(0, source.length(), 1, 0);
            return pieces(0, kept.size());
        }

        private void replaced(int from, int to, double weight, int depth) {
            int at = from;
            while (at < to) {
                char c = source.charAt(at);
                if (c == '\\' && at + 1 < to && "()".indexOf(source.charAt(at + 1)) >= 0) {
                    keep(at + 1, weight);
                    at += 2;
                    continue;
                }
                int end = c == '(' && depth < DEEPEST ? Brackets.closing(source, at, to, ')') : -1;
                if (end < 0) {
                    keep(at, weight);
                    at++;
                    continue;
                }
                int colon = source.lastIndexOf(':', end);
                boolean given = colon > at + 1 && NUMBER.matcher(source).region(colon + 1, end).matches();
                double inner = given ? Double.parseDouble(source.substring(colon + 1, end).strip()) : weight * STRONGER;
                replaced(at + 1, given ? colon : end, limited(inner), depth + 1);
                at = end + 1;
            }
        }

        private List<Piece> pieces(int from, int to) {
            List<Piece> pieces = new ArrayList<>();
            int first = from;
            while (first < to) {
                int end = first + 1;
                while (end < to && weights.get(end).equals(weights.get(first))) {
                    end++;
                }
                String text = kept.subList(first, end).stream().map(i -> String.valueOf(source.charAt(i))).collect(Collectors.joining());
                pieces.add(new Piece(text, weights.get(first), kept.subList(first, end)));
                first = end;
            }
            return pieces.isEmpty() ? List.of(new Piece("", 1, List.of())) : pieces;
        }
    }

    private static double limited(double weight) {
        return Math.clamp(weight, -LARGEST, LARGEST);
    }
}
