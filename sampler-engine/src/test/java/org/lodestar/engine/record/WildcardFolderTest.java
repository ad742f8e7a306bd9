package org.lodestar.engine.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.prompt.Dialect;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.engine.run.Template;

class WildcardFolderTest {
    @TempDir
    Path folder;

    private WildcardFolder wildcards;

    @BeforeEach
    void write() throws IOException {
        Path lists = folder.resolve("lists");
        Files.createDirectories(lists.resolve("places"));
        Files.writeString(lists.resolve("animal.txt"), "# animals\nred fox\n\n  wolf in __places/cold__  \n");
        Files.writeString(lists.resolve("places/cold.txt"), "snow\n");
        Files.writeString(folder.resolve("secret.txt"), "outside\n");
        wildcards = new WildcardFolder(lists);
    }

    private static RunSpec spec(String prompt, long seed) {
        return new RunSpec("starter", prompt, "", 64, 64, seed, 1, 4, Term.of("ddim"), Term.of("trailing"), Term.parseStack("cfg"), "torch", List.of())
                .withSyntax(Dialect.A1111);
    }

    @Test
    void aListIsTheLinesOfItsFileAndListsInLinesAreFoundToo() {
        assertThat(wildcards.lists(List.of("a __animal__")))
                .containsEntry("animal", List.of("red fox", "wolf in __places/cold__"))
                .containsEntry("places/cold", List.of("snow"))
                .hasSize(2);
    }

    @Test
    void aFolderIsNotAskedForWhereNoListIsNamed() {
        assertThat(new WildcardFolder(folder.resolve("nowhere")).lists(List.of("a {red|grey} fox", "a__b"))).isEmpty();
    }

    @Test
    void aMissingListIsASentence() {
        assertThatThrownBy(() -> wildcards.lists(List.of("__colour__ and __weather__")))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessageContaining("a file colour.txt in " + wildcards.path())
                .hasMessageContaining("__weather__");
    }

    @Test
    void anEmptyListAndOneInAnotherEncodingAreSentences() throws IOException {
        Files.writeString(wildcards.path().resolve("none.txt"), "# nothing\n\n");
        Files.write(wildcards.path().resolve("latin.txt"), new byte[] {'a', (byte) 0xE9, '\n'});
        assertThatThrownBy(() -> wildcards.lists(List.of("__none__"))).isInstanceOf(EngineException.InvalidInput.class).hasMessageContaining("at least one line");
        assertThatThrownBy(() -> wildcards.lists(List.of("__latin__"))).isInstanceOf(EngineException.InvalidInput.class).hasMessageContaining("UTF-8");
    }

    @Test
    void aNameDoesNotLeadOutOfTheFolder() {
        String outside = "__" + folder.resolve("secret") + "__";
        if (outside.matches("__[A-Za-z0-9_/-]+__")) {
            assertThatThrownBy(() -> wildcards.lists(List.of(outside))).isInstanceOf(EngineException.InvalidInput.class);
        }
        assertThat(wildcards.lists(List.of("__../secret__"))).isEmpty();
    }

    @Test
    void aSpecIsDrawnByItsSeedAndKeepsWhatWasTyped() {
        String typed = "a {red|grey|blue|green} __animal__";
        RunSpec drawn = spec(typed, 7).drawn(wildcards);
        assertThat(drawn.prompt()).matches("a (red|grey|blue|green) (red fox|wolf in snow)");
        assertThat(drawn.template()).contains(new Template(typed, ""));
        assertThat(spec(typed, 7).drawn(wildcards)).isEqualTo(drawn);
        assertThat(List.of(1L, 2L, 3L, 4L, 5L, 6L, 8L, 9L)).anyMatch(seed -> !spec(typed, seed).drawn(wildcards).prompt().equals(drawn.prompt()));
    }

    @Test
    void whatHasNothingToDrawStaysAsItIs() {
        assertThat(spec("a {red fox", 7).drawn(wildcards)).isEqualTo(spec("a {red fox", 7));
        RunSpec plain = spec("a {red|grey} __missing__", 7).withSyntax(Dialect.PLAIN);
        assertThat(plain.drawn(wildcards)).isEqualTo(plain);
    }
}
