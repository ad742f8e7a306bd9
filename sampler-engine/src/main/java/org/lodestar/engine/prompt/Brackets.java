package org.lodestar.engine.prompt;

/// Finds the ends of brackets in prompts, where a backslash takes the meaning from the character after it.
final class Brackets {
    private Brackets() {}

    /// Where the bracket opened at `open` is closed before `to`, or -1. Only brackets of its own kind count.
    ///
    /// @param closing the other half of the bracket at `open`
    static int closing(String text, int open, int to, char closing) {
        char opening = text.charAt(open);
        int depth = 0;
        for (int i = open; i < to; i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == opening) {
                depth++;
            } else if (c == closing && --depth == 0) {
                return i;
            }
        }
        return -1;
    }
}
