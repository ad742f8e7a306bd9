package org.lodestar.studio.prompt;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A prompt and what is selected in it, or where the caret stands.
///
/// @param text  the prompt
/// @param start first selected character
/// @param end   one past the last; `start` where there is only a caret
public record PromptSelection(String text, int start, int end) {
    private static final double LEAST = 0;
    private static final double MOST = 10;
    private static final BigDecimal BARE_BRACKETS = new BigDecimal("1.1");
    private static final String NO_WORD = ",()[]{}|:<>\\";
    private static final Pattern NUMBER = Pattern.compile("(\\d{1,4}(?:\\.\\d{0,6})?|\\.\\d{1,6})\\s*");
    private static final Pattern WEIGHT = Pattern.compile(":\\s*" + NUMBER.pattern() + "$");

    /// Brackets around words: `(inner:weight)`, or `(inner)` for 1.1.
    private record Group(int open, int close, int innerEnd, BigDecimal weight) {}

    /// The same with another weight, 0 to 10, on the selected words, or on the word at the caret: `words` becomes `(words:1.05)`. At 1 the brackets go. Where there is no word, or where the
    /// selection has one of two brackets only, nothing changes.
    ///
    /// @param by what is added to the weight
    public PromptSelection weighted(double by) {
        int from = start;
        int to = end;
        if (from == to) {
            while (from > 0 && isWord(text.charAt(from - 1))) {
                from--;
            }
            while (to < text.length() && isWord(text.charAt(to))) {
                to++;
            }
        } else {
            while (from < to && Character.isWhitespace(text.charAt(from))) {
                from++;
            }
            while (from < to && Character.isWhitespace(text.charAt(to - 1))) {
                to--;
            }
        }
        if (from == to || !isBalanced(text.substring(from, to))) {
            return this;
        }
        Group group = group(from, to);
        int innerStart = text.charAt(group.open()) == '(' && group.close() > group.innerEnd() ? group.open() + 1 : group.open();
        String inner = text.substring(innerStart, group.innerEnd());
        double wanted = Math.clamp(group.weight().doubleValue() + by, LEAST, MOST);
        BigDecimal weight = BigDecimal.valueOf(wanted).setScale(2, RoundingMode.HALF_UP).stripTrailingZeros();
        boolean bare = weight.compareTo(BigDecimal.ONE) == 0;
        String words = bare ? inner : "(" + inner + ":" + weight.toPlainString() + ")";
        int at = bare ? group.open() : group.open() + 1;
        String changed = text.substring(0, group.open()) + words + text.substring(group.close());
        if (start == end) {
            int caret = at + Math.clamp(start - innerStart, 0, inner.length());
            return new PromptSelection(changed, caret, caret);
        }
        return new PromptSelection(changed, at, at + inner.length());
    }

    /// The brackets that are selected, or that stand right around the selection, or whose number it is; else the selection itself with weight 1.
    private Group group(int from, int to) {
        if (isBracket(from, '(') && closing(from) == to - 1) {
            return bracketed(from, to - 1);
        }
        if (to < text.length() && isBracket(to, ')') && from > 0 && text.charAt(from - 1) == ':' && NUMBER.matcher(text.substring(from, to)).matches() && opening(to) >= 0) {
            return bracketed(opening(to), to);
        }
        if (from > 0 && isBracket(from - 1, '(') && closing(from - 1) >= to) {
            Group around = bracketed(from - 1, closing(from - 1));
            if (around.innerEnd() == to) {
                return around;
            }
        }
        return new Group(from, to, to, BigDecimal.ONE);
    }

    private Group bracketed(int open, int close) {
        Matcher weight = WEIGHT.matcher(text.substring(open + 1, close));
        return weight.find() ? new Group(open, close + 1, open + 1 + weight.start(), new BigDecimal(weight.group(1))) : new Group(open, close + 1, close, BARE_BRACKETS);
    }

    private int closing(int open) {
        for (int i = open + 1; i < text.length(); i++) {
            if (isBracket(i, ')') && opening(i) == open) {
                return i;
            }
        }
        return -1;
    }

    private int opening(int close) {
        Deque<Integer> open = new ArrayDeque<>();
        for (int i = 0; i < close; i++) {
            if (isBracket(i, '(')) {
                open.push(i);
            } else if (isBracket(i, ')') && !open.isEmpty()) {
                open.pop();
            }
        }
        return open.isEmpty() ? -1 : open.peek();
    }

    private boolean isBracket(int at, char bracket) {
        int backslashes = 0;
        while (at > backslashes && text.charAt(at - backslashes - 1) == '\\') {
            backslashes++;
        }
        return text.charAt(at) == bracket && backslashes % 2 == 0;
    }

    private static boolean isBalanced(String words) {
        Deque<Character> open = new ArrayDeque<>();
        for (int i = 0; i < words.length(); i++) {
            char c = words.charAt(i);
            int kind = "([{)]}".indexOf(c);
            if (c == '\\') {
                i++;
            } else if (kind >= 3) {
                if (open.isEmpty() || "([{".indexOf(open.pop()) != kind - 3) {
                    return false;
                }
            } else if (kind >= 0) {
                open.push(c);
            }
        }
        return open.isEmpty();
    }

    private static boolean isWord(char c) {
        return !Character.isWhitespace(c) && NO_WORD.indexOf(c) < 0;
    }
}
