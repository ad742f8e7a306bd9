package org.lodestar.engine.concept;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The words of a text, reduced so that forms of one word are equal.
///
/// Covered: upper and lower case, accents, the endings `'s` and `s'`, and the regular English plurals (`-s`, `-es`, `-ies`). Anything that is no letter and no digit ends a word,
/// so that "Spider-Man" is the two words of "spider man". Not covered: irregular plurals (mice, wolves), other languages' endings, misspellings, words written together
/// ("spiderman"). A word of more than three letters is also taken for its own plural's singular: "mars" is found in "mar".
///
/// @param all in the order of the text
record Words(List<Word> all) {
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}\\p{M}]+(?:['’][\\p{L}\\p{N}\\p{M}]+)*");
    private static final Pattern ACCENT = Pattern.compile("\\p{M}+");
    private static final int SHORT = 3;

    Words {
        all = List.copyOf(all);
    }

    /// One word.
    ///
    /// @param stem  what is compared
    /// @param start first character in the text
    /// @param end   one past its last character, less a possessive ending
    record Word(String stem, int start, int end) {}

    static Words of(String text) {
        List<Word> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(text);
        while (matcher.find()) {
            String found = matcher.group();
            String owner = found.replaceFirst("['’][sS]$", "");
            words.add(new Word(stem(owner), matcher.start(), matcher.start() + owner.length()));
        }
        return new Words(words);
    }

    /// Without the plural's ending, and then with the letters before it as in the plural: pony and ponies give `ponie`, fox and foxes `fox`, shoe and shoes `sho`.
    private static String stem(String word) {
        String plain = ACCENT.matcher(Normalizer.normalize(word, Normalizer.Form.NFKD)).replaceAll("").toLowerCase(Locale.ROOT).replace('’', '\'');
        boolean plural = plain.length() > SHORT && plain.endsWith("s") && !plain.matches(".*[sui]s");
        String one = plural ? plain.substring(0, plain.length() - 1) : plain;
        if (one.endsWith("y")) {
            return one.substring(0, one.length() - 1) + "ie";
        }
        return one.matches(".*(s|x|z|ch|sh|o)e") ? one.substring(0, one.length() - 1) : one;
    }

    int size() {
        return all.size();
    }

    /// Whether `other` stands in these words from the word `from` on.
    boolean hasAt(int from, Words other) {
        if (other.size() == 0 || from + other.size() > size()) {
            return false;
        }
        for (int i = 0; i < other.size(); i++) {
            if (!all.get(from + i).stem().equals(other.all.get(i).stem())) {
                return false;
            }
        }
        return true;
    }
}
