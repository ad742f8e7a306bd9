package org.lodestar.studio.control;

import java.util.function.Function;
import javafx.util.StringConverter;
import org.jspecify.annotations.Nullable;

/// How the values of a chooser are written, and read where they can be typed.
public final class InWords<T> extends StringConverter<T> {
    private final Function<T, String> words;
    private final Function<String, T> value;

    /// For a chooser in which nothing can be typed.
    public InWords(Function<T, String> words) {
        this(words, typed -> {
            throw new UnsupportedOperationException("nothing can be typed here, found " + typed);
        });
    }

    /// @param words what a value is called
    /// @param value the value that is meant by what is typed
    public InWords(Function<T, String> words, Function<String, T> value) {
        this.words = words;
        this.value = value;
    }

    @Override
    public String toString(@Nullable T shown) {
        return shown == null ? "" : words.apply(shown);
    }

    @Override
    public T fromString(String typed) {
        return value.apply(typed);
    }
}
