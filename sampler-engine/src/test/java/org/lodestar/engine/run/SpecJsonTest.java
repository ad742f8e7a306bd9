package org.lodestar.engine.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.prompt.Dialect;
import org.lodestar.engine.record.WildcardFolder;

class SpecJsonTest {
    private static final RunSpec SPEC = new RunSpec(
            "starter",
            "a \"red\" fox\non snow ❄ 🦊",
            "",
            128,
            96,
            -7,
            2,
            20,
            Term.parse("ddim(eta=0)"),
            Term.parse("trailing"),
            Term.parseStack("interval(lo=0.2,hi=5) + apg(w=10,eta=0)"),
            "torch",
            List.of(new Edit(3, Change.policy("cfg(w=3)")), new Edit(9, new Change(Optional.of("a wolf"), Optional.of(""), Optional.empty()))));

    @Test
    void theTextIsCanonical() {
        assertThat(SpecJson.text(SPEC))
                .isEqualTo("{\"batch\":2,\"edits\":[{\"policy\":\"cfg(w=3)\",\"step\":3},{\"negative\":\"\",\"prompt\":\"a wolf\",\"step\":9}],\"height\":96,"
                        + "\"model\":\"starter\",\"negative\":\"\",\"noise\":\"torch\",\"policy\":\"interval(lo=0.2,hi=5) + apg(w=10,eta=0)\","
                        + "\"prompt\":\"a \\\"red\\\" fox\\non snow ❄ 🦊\",\"sampler\":\"ddim(eta=0)\",\"seed\":-7,\"spacing\":\"trailing\",\"steps\":20,\"width\":128}");
    }

    @Test
    void theTextReadsBack() {
        assertThat(SpecJson.read(SpecJson.text(SPEC))).isEqualTo(SPEC);
        RunSpec extreme = SPEC.withSeed(Long.MAX_VALUE).withEdits(List.of());
        assertThat(SpecJson.read(SpecJson.text(extreme))).isEqualTo(extreme);
    }

    @Test
    void blanksAndOrderDoNotMatterToTheReader() {
        String shuffled = """
                { "width": 128, "steps": 20, "spacing": "trailing", "seed": 1, "sampler": "euler", "prompt": "x", "policy": "cfg(w = 3)",
                  "noise": "torch", "negative": "", "model": "starter", "height": 128, "edits": [], "batch": 1 }""";
        RunSpec read = SpecJson.read(shuffled);
        assertThat(read.policy()).isEqualTo(Term.parseStack("cfg(w=3)"));
        assertThat(SpecJson.read(SpecJson.text(read))).isEqualTo(read);
    }

    @Test
    void theSyntaxIsWrittenOnlyWhereThePromptsAreNotPlainText() {
        assertThat(SpecJson.text(SPEC)).doesNotContain("syntax");
        for (Dialect syntax : Dialect.values()) {
            assertThat(SpecJson.read(SpecJson.text(SPEC.withSyntax(syntax))).syntax()).isEqualTo(syntax);
        }
        assertThat(SpecJson.hash(SPEC.withSyntax(Dialect.COMFY))).isNotEqualTo(SpecJson.hash(SPEC));
    }

    @Test
    void theTemplateIsWrittenOnlyWhereThePromptsWereDrawn() {
        assertThat(SpecJson.text(SPEC)).doesNotContain("template");
        RunSpec drawn = new RunSpec("starter", "a {red|grey} fox", "", 64, 64, 3, 1, 4, SPEC.sampler(), SPEC.spacing(), SPEC.policy(), "torch", List.of())
                .withSyntax(Dialect.A1111)
                .drawn(new WildcardFolder(Path.of("wildcards")));
        assertThat(SpecJson.text(drawn)).contains("\"template\":{\"negative\":\"\",\"prompt\":\"a {red|grey} fox\"}");
        assertThat(SpecJson.read(SpecJson.text(drawn))).isEqualTo(drawn);
        assertThat(drawn.withSeed(4).withSyntax(Dialect.COMFY).template()).isEqualTo(drawn.template());
        assertThat(drawn.branch(new Edit(1, Change.policy("cfg(w=3)"))).at(2).template()).isEqualTo(drawn.template());
        assertThat(RunCheck.resolve(drawn).template()).isEqualTo(drawn.template());
    }

    @Test
    void theHashFollowsEveryField() {
        String hash = SpecJson.hash(SPEC);
        assertThat(hash).matches("[0-9a-f]{64}");
        assertThat(SpecJson.hash(SpecJson.read(SpecJson.text(SPEC)))).isEqualTo(hash);
        assertThat(List.of(SPEC.withSeed(8), SPEC.withEdits(List.of()), SPEC.withPolicy(Term.parseStack("cfg(w=3)"))))
                .noneMatch(other -> SpecJson.hash(other).equals(hash));
    }

    @Test
    void everyProblemIsReportedTogether() {
        String text = SpecJson.text(SPEC)
                .replace("\"width\":128", "\"width\":\"wide\"")
                .replace("\"steps\":20", "\"steps\":0")
                .replace("\"noise\":\"torch\"", "\"noize\":\"torch\"")
                .replace("cfg(w=3)", "cfg(w=")
                .replace("\"seed\":-7", "\"seed\":1.5");

        EngineException.InvalidInput problem = catchThrowableOfType(EngineException.InvalidInput.class, () -> SpecJson.read(text));

        assertThat(problem.problems()).hasSize(6);
        assertThat(problem)
                .hasMessageContaining("width: expected a whole number")
                .hasMessageContaining("steps: expected a whole number from 1")
                .hasMessageContaining("noise")
                .hasMessageContaining("a field noize")
                .hasMessageContaining("\"cfg(w=\"")
                .hasMessageContaining("seed: expected a whole number, found 1.5");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{", "7", "{\"a\":1,\"a\":2}", "{} {}"})
    void otherTextIsRefused(String text) {
        assertThat(catchThrowableOfType(EngineException.InvalidInput.class, () -> SpecJson.read(text)).problems()).isNotEmpty();
    }

    @Test
    void deepNestingIsRefused() {
        String deep = "{\"model\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
        assertThat(catchThrowableOfType(EngineException.InvalidInput.class, () -> SpecJson.read(deep))).hasMessageContaining("expected JSON text");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void damagedTextNeverSurprises(long seed) {
        Random random = new Random(seed);
        String original = SpecJson.text(SPEC);
        int refused = 0;
        for (int round = 0; round < 2000; round++) {
            StringBuilder text = new StringBuilder(original);
            for (int i = random.nextInt(4); i >= 0; i--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, "{}[]\",:0e-\\ \u0000z".charAt(random.nextInt(14)));
                    case 1 -> text.deleteCharAt(at);
                    default -> text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(20))));
                }
            }
            try {
                SpecJson.read(text.toString());
            } catch (EngineException.InvalidInput e) {
                refused++;
            }
        }
        assertThat(refused).isBetween(100, 2000);
    }

    @Test
    void aSourcePictureIsPartOfTheTextOnlyWhereThereIsOne() {
        assertThat(SpecJson.text(SPEC)).doesNotContain("source");
        Source source = new Source(
                new Source.Picture("/pictures/fox.png", "a".repeat(64)), 0.6, Optional.of(new Source.Picture("/pictures/hole.png", "")), Source.Encoding.MEAN);
        RunSpec from = SPEC.withSource(Optional.of(source));

        assertThat(SpecJson.text(from))
                .contains("\"source\":{\"encoding\":\"mean\",\"mask\":\"/pictures/hole.png\",\"maskHash\":\"\",\"picture\":\"/pictures/fox.png\",\"pictureHash\":\""
                        + "a".repeat(64) + "\",\"strength\":0.6}");
        assertThat(SpecJson.read(SpecJson.text(from))).isEqualTo(from);
        assertThat(SpecJson.hash(from)).isNotEqualTo(SpecJson.hash(SPEC));
        assertThat(from.at(3).source()).contains(source);
        assertThat(from.withSeed(1).withModel("m").withEdits(List.of()).withPolicy(List.of()).source()).contains(source);
        assertThatThrownBy(() -> SpecJson.read(SpecJson.text(from).replace("\"mean\"", "\"median\""))).hasMessageContaining("sample or mean");
    }
}
