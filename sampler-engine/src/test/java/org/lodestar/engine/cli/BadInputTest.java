package org.lodestar.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lodestar.engine.image.Pictures;
import org.lodestar.engine.image.Png;
import org.lodestar.engine.image.PngText;

/// Every mistake gets a sentence and exit code 2, and leaves nothing behind.
class BadInputTest {
    @TempDir
    Path folder;

    private Shell shell;

    @BeforeEach
    void open() {
        shell = new Shell(folder.resolve("cache"), folder.resolve("pictures"));
    }

    record Case(String sentence, List<String> args) {}

    static List<Case> mistakes() {
        return List.of(
                new Case("--prompt: expected a text that says what should be seen, found none.", List.of("generate")),
                new Case("steps: expected a whole number from 1 to 1000, found 0.", List.of("generate", "--prompt", "x", "--steps", "0")),
                new Case("--steps: expected a whole number from 1 to 1000, found many.", List.of("generate", "--prompt", "x", "--steps", "many")),
                new Case("--size: expected width and height in pixels", List.of("generate", "--prompt", "x", "--size", "big")),
                new Case("--device: expected auto, cpu, cuda, tensorrt, coreml or plugin:FILE, found tpu.", List.of("generate", "--prompt", "x", "--device", "tpu")),
                new Case("--device: expected the file of a plugin after plugin:, found nothing.", List.of("generate", "--prompt", "x", "--device", "plugin:")),
                new Case("--device: expected an ONNX Runtime plugin provider, found /no/such/provider.so, which does not exist.", List.of("generate", "--prompt", "x", "--device", "plugin:/no/such/provider.so")),
                new Case("--device: expected auto, cpu, cuda, tensorrt, coreml or plugin:FILE, found npu.", List.of("doctor", "--device", "npu")),
                new Case("sampler: expected one of", List.of("generate", "--prompt", "x", "--sampler", "magic")),
                new Case("spacing: expected one of", List.of("generate", "--prompt", "x", "--spacing", "magic")),
                new Case("noise source: expected one of numpy, nv, torch, torch-stream, found magic.", List.of("generate", "--prompt", "x", "--noise", "magic")),
                new Case("policy: expected one of", List.of("generate", "--prompt", "x", "--policy", "magic")),
                new Case("cfg(w): expected a number from 0 to 100, found 1000.", List.of("generate", "--prompt", "x", "--policy", "cfg(w=1000)")),
                new Case("\"cfg(w=\": expected a value", List.of("generate", "--prompt", "x", "--policy", "cfg(w=")),
                new Case("output file: expected an existing folder", List.of("generate", "--prompt", "x", "--out", "/no/such/folder/x.png")),
                new Case("--trace: expected a file in an existing folder", List.of("generate", "--prompt", "x", "--trace", "/no/such/folder/x.jsonl")),
                new Case("model: expected \"starter\" or the folder of an ONNX model", List.of("generate", "--prompt", "x", "--model", "/no/such/model")),
                new Case("keep: expected a whole number from 1 to the 4 seeds that are looked at, found 5.", List.of("scout", "--prompt", "x", "--seeds", "4", "--keep", "5")),
                new Case("look: expected a whole number from 1 to 7, less than the 8 steps of a whole run, found 8.", List.of("scout", "--prompt", "x", "--steps", "8", "--look", "8")),
                new Case("seeds: expected a whole number from 2 to 64, found 100.", List.of("scout", "--prompt", "x", "--seeds", "100")),
                new Case("--batch: expected none, since every seed is a run of its own, found 2.", List.of("scout", "--prompt", "x", "--batch", "2")),
                new Case("none: expected a policy that compares the prompt with a second branch within the first 5 steps", List.of("scout", "--prompt", "x", "--policy", "none", "--quiet")),
                new Case("look: expected at least 2 steps, since this model begins with pure noise", List.of("scout", "--prompt", "x", "--look", "1", "--quiet")),
                new Case("cfg(w=1): expected a policy that compares", List.of("scout", "--prompt", "x", "--policy", "cfg(w=1)", "--quiet")),
                new Case("--policy: expected two to four policies to compare, found one.", List.of("compare", "--prompt", "x", "--policy", "cfg", "--out", "s.png")),
                new Case("--out: expected a file for the sheet, found none.", List.of("compare", "--prompt", "x", "--policy", "cfg", "--policy", "apg")),
                new Case("none.png: expected a PNG picture, found no file of that name.", List.of("replay", "none.png")),
                new Case("lodestar generate: expected an option it has, found --promt. Did you mean --prompt?", List.of("generate", "--promt", "x")),
                new Case("lodestar: expected one of", List.of("paint")),
                new Case("models: expected list or inspect, found neither.", List.of("models")));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeGetsASentence(Case mistake) {
        Shell.Result result = shell.run(mistake.args().toArray(String[]::new));

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err().lines()).anySatisfy(line -> assertThat(line).startsWith(mistake.sentence())).allSatisfy(line -> assertThat(line).endsWith("."));
        assertThat(result.err()).doesNotContain("Exception").doesNotContain("\tat ");
        assertThat(folder.resolve("pictures")).doesNotExist();
    }

    @Test
    void allMistakesAreToldAtOnceAndAsJsonIfWanted() {
        Shell.Result result = shell.run("generate", "--steps", "0", "--size", "wide", "--policy", "foo(", "--device", "tpu", "--json");

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err().lines()).hasSize(5);
        assertThat(result.json().get("problems").size()).isEqualTo(5);
    }

    @Test
    void whatOnlyTheModelKnowsIsToldToo() {
        Shell.Result result = shell.run("generate", "--prompt", "word ".repeat(60), "--size", "100x128", "--steps", "2", "--quiet");

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err())
                .contains("width: expected a multiple of 16")
                .contains("prompt: expected at most")
                .doesNotContain("Exception");
    }

    @Test
    void aDamagedModelIsDescribedPartByPart() throws IOException {
        Path model = Files.createDirectories(folder.resolve("model"));
        Files.writeString(Files.createDirectories(model.resolve("unet")).resolve("model.onnx"), "not a network");

        for (List<String> args : List.of(List.of("models", "inspect", model.toString()), List.of("generate", "--prompt", "x", "--model", model.toString(), "--quiet"))) {
            Shell.Result result = shell.run(args.toArray(String[]::new));
            assertThat(result.exit()).isEqualTo(2);
            assertThat(result.err()).contains("unet/model.onnx: expected").contains("text_encoder/model.onnx: expected").doesNotContain("Exception");
        }
    }

    @Test
    void picturesWithoutAnExactRecipeCannotBeReplayed() throws IOException {
        Path file = folder.resolve("other.png");
        Files.write(file, Png.encode(Pictures.flat(8, 8, 1, 2, 3), List.of(new PngText("parameters", "a fox\nSteps: 1, Seed: 2, Size: 8x8"))));

        Shell.Result result = shell.run("replay", file.toString());

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("other.png: expected a picture that carries its exact recipe, found a picture of another program, with settings text only.");
    }
}
