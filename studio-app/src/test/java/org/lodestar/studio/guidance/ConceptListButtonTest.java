package org.lodestar.studio.guidance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.studio.OnScreen;

class ConceptListButtonTest {
    @TempDir
    private Path folder;

    @Test
    void theListItselfBecomesTheParameterAndABadFileChangesNothing() throws IOException {
        TermViewModel guardian = new TermViewModel(Catalog.policyType("guardian").descriptor(), Map.of());
        ConceptListButton button = OnScreen.make(() -> new ConceptListButton(guardian.parameter(ConceptListButton.PARAMETER)));
        Path list = folder.resolve("list.json");

        Files.writeString(list, "{\"concepts\":[{\"name\":\"fox\",\"replacement\":\"a cat\"}]}");
        read(button, list);
        assertThat(guardian.term().parameters()).containsEntry("concepts", "fox=a cat");
        assertThat(button.problem()).isEmpty();

        Files.writeString(list, "{\"concepts\":[{\"name\":\"fox\"}]}");
        read(button, list);
        assertThat(guardian.term().parameters()).containsEntry("concepts", "fox=a cat");
        assertThat(button.problem()).contains("replacement");
    }

    private static void read(ConceptListButton button, Path file) {
        OnScreen.make(() -> {
            button.read(file);
            return button;
        });
    }
}
