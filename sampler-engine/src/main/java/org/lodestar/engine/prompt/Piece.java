package org.lodestar.engine.prompt;

import java.util.List;

/// A stretch of a prompt under one weight, without the syntax.
///
/// @param text    the words
/// @param weight  1 as written
/// @param origins for each character of `text` where it stands in the prompt as written
public record Piece(String text, double weight, List<Integer> origins) {
    public Piece {
        origins = List.copyOf(origins);
        if (origins.size() != text.length()) {
            throw new IllegalArgumentException(text.length() + " characters from " + origins.size() + " places");
        }
    }
}
