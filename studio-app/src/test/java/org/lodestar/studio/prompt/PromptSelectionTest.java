package org.lodestar.studio.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptSelectionTest {

    /// Bars mark the selection, one bar the caret.
    private static PromptSelection marked(String text) {
        int start = text.indexOf('|');
        int end = text.lastIndexOf('|');
        return new PromptSelection(text.replace("|", ""), start, end == start ? start : end - 1);
    }

    private static String shown(PromptSelection selection) {
        StringBuilder text = new StringBuilder(selection.text());
        if (selection.end() > selection.start()) {
            text.insert(selection.end(), '|');
        }
        return text.insert(selection.start(), '|').toString();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "a |red fox|; a (|red fox|:1.05)",
        "a (|red fox|:1.05); a (|red fox|:1.1)",
        "a |(red fox:1.05)|; a (|red fox|:1.1)",
        "a (|red fox|); a (|red fox|:1.15)",
        "a (|red fox|:0.95); a |red fox|",
        "f|ox; (f|ox:1.05)",
        "a fox|; a (fox|:1.05)",
        "|a fox; (|a:1.05) fox",
        "(red |fox|:1.2) snow; (red (|fox|:1.05):1.2) snow",
        "((|fox|:1.2) red:1.1); ((|fox|:1.25) red:1.1)",
        "a (fox:1.2|) b; a (fox|:1.25) b",
        "a \\(|old|\\) fox; a \\((|old|:1.05)\\) fox",
        "a (red |fox; a (red (|fox:1.05)",
    })
    void wordsBecomeStronger(String before, String after) {
        assertThat(shown(marked(before).weighted(0.05))).isEqualTo(after);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"a (f|ox:1.05) b; a f|ox b", "|a fox|; (|a fox|:0.95)", "(|x|:0.02); (|x|:0)"})
    void wordsBecomeWeaker(String before, String after) {
        assertThat(shown(marked(before).weighted(-0.05))).isEqualTo(after);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"a | b", "|", "a |(b| c", "a |b) (c|", "|  |"})
    void whereThereIsNothingToWeighNothingChanges(String text) {
        assertThat(marked(text).weighted(0.05)).isEqualTo(marked(text));
    }
}
