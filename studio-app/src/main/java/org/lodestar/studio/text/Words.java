package org.lodestar.studio.text;

import java.util.Locale;
import java.util.ResourceBundle;

/// The words on the screen, by key, from `words.properties`.
public final class Words {
    private static final ResourceBundle BUNDLE = ResourceBundle.getBundle("org.lodestar.studio.text.words", Locale.ROOT, Words.class.getClassLoader());

    private Words() {}

    /// The text of `key`, with `{0}`, `{1}`, ... replaced by `arguments`.
    ///
    /// @throws java.util.MissingResourceException if there is none
    public static String of(String key, Object... arguments) {
        String text = BUNDLE.getString(key);
        for (int i = 0; i < arguments.length; i++) {
            text = text.replace("{" + i + "}", String.valueOf(arguments[i]));
        }
        return text;
    }
}
