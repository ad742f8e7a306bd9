package org.lodestar.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.record.PictureFile;
import org.lodestar.engine.record.RunRecord;

/// Concept lists on the model that ships.
class ConceptsCommandTest {
    @TempDir
    private static Path cache;

    @TempDir
    private Path folder;

    private Path list = Path.of("");

    @BeforeEach
    void writeList() throws IOException {
        list = folder.resolve("list.json");
        Files.writeString(
                list,
                """
                {"concepts": [{"name": "apple", "synonyms": ["granny smith"], "replacement": "pear"}],
                 "meant": ["a round red fruit", "a fruit from a tree", "a juicy fruit"], "harmless": ["a wooden house", "a red car", "the sea at night"]}
                """);
    }

    private Shell.Result run(String... args) {
        return new Shell(cache, folder.resolve("pictures")).run(args);
    }

    @Test
    void theListIsShownAndTriedOnAPrompt() {
        Shell.Result shown = run("concepts", list.toString(), "--prompt", "two Apples, a chair", "--json");
        assertThat(shown.exit()).isZero();
        assertThat(shown.json().get("concepts").asString()).isEqualTo("apple|granny smith=pear");
        assertThat(shown.json().get("reworded").asString()).isEqualTo("two pear, a chair");
        assertThat(shown.json().get("named").get(0).asString()).isEqualTo("apple");
    }

    @Test
    void aThresholdForMeaningsIsFoundThatTellsTheExamplesApart() {
        Shell.Result found = run("concepts", list.toString(), "--model", "starter", "--json");
        assertThat(found.exit()).as(found.err()).isZero();
        assertThat(found.json().get("alike").asDouble()).isBetween(0.0, 1.0);
        assertThat(found.json().get("misjudged").asInt()).isLessThanOrEqualTo(1);
    }

    @Test
    void thePictureHoldsTheListAndTheDecisionsAndIsReplayedWithoutTheFile() throws IOException {
        Path file = folder.resolve("apple.png");
        Shell.Result made = run(
                "generate", "--prompt", "a red apple", "--policy", "guardian(m=1) + cfg(w=5)", "--concepts", list.toString(), "--steps", "3", "--seed", "1", "--out", file.toString());
        assertThat(made.exit()).as(made.err()).isZero();
        Files.delete(list);

        RunRecord record = PictureFile.read(file).record().orElseThrow();
        assertThat(record.spec()).contains("apple|granny smith=pear");
        assertThat(record.policyLog().getFirst().notes()).containsExactly("\"apple\" is named in the prompt", "the safe prompt is \"a red pear\"");
        assertThat(run("replay", file.toString(), "--quiet").out()).isEqualTo(file + ": bit-identical\n");

        Path safe = folder.resolve("pear.png");
        run("generate", "--prompt", "a red pear", "--policy", "cfg(w=5)", "--steps", "3", "--seed", "1", "--out", safe.toString());
        assertThat(PictureFile.read(safe).record().orElseThrow().imageHash()).isEqualTo(record.imageHash());
    }

    @Test
    void aListWithoutAGuardianToReadItIsRefused() {
        for (List<String> more : List.of(List.<String>of(), List.of("--policy", "cfg"), List.of("--policy", "guardian(concepts=\"fox=hen\")"))) {
            Shell.Result refused = run(Stream.concat(
                            Stream.of("generate", "--prompt", "an apple", "--concepts", list.toString()), more.stream())
                    .toArray(String[]::new));
            assertThat(refused.exit()).isEqualTo(ExitCode.BAD_INPUT);
            assertThat(refused.err()).contains("--concepts").contains("guardian");
        }
    }
}
