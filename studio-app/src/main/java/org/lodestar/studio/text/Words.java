package org.lodestar.studio.text;

import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;

/// The words on the screen, by key, from `words.properties`.
public final class Words {
    private static final ResourceBundle BUNDLE = ResourceBundle.getBundle("org.lodestar.studio.text.words", Locale.ROOT, Words.class.getClassLoader());

    private Words() {}

    /// The text of `key`.
    ///
    /// @throws java.util.MissingResourceException if there is none
    public static String of(String key) {
        return BUNDLE.getString(key);
    }

    /// The text of `key` with `{0}`, `{1}`, ... replaced.
    public static String of(String key, Object... arguments) {
        return new MessageFormat(BUNDLE.getString(key), Locale.ROOT).format(arguments);
    }
}
