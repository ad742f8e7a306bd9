package org.lodestar.studio.form;

import org.lodestar.studio.prompt.PromptBox;
import org.lodestar.studio.prompt.SyntaxChoice;
import org.lodestar.studio.text.Words;

/// The fields for what should be seen, with the choice of how brackets are read, and for what should not.
///
/// @param prompt   what should be seen
/// @param negative what should not
public record PromptFields(PromptBox prompt, PromptBox negative) {
    private static final int NEGATIVE_ROWS = 2;

    /// @param rows height of the prompt in lines
    public static PromptFields of(FormViewModel form, int rows) {
        PromptBox prompt = new PromptBox(Words.of("prompt.name"), Words.of("prompt.help"), Words.of("prompt.hint"), rows, form.promptProperty())
                .with(new SyntaxChoice(form.syntaxProperty()));
        prompt.area().setId("prompt");
        PromptBox negative = new PromptBox(
                Words.of("prompt.negative"), Words.of("prompt.negative.help"), Words.of("prompt.negative.hint"), NEGATIVE_ROWS, form.negativeProperty());
        negative.area().setId("negative");
        return new PromptFields(prompt, negative);
    }
}
