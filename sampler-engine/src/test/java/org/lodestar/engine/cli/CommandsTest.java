package org.lodestar.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.image.PngReader;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.record.CanonicalJson;
import org.lodestar.engine.record.PictureFile;
import org.lodestar.engine.record.RunRecord;
import org.lodestar.engine.record.Sha256;
import tools.jackson.databind.JsonNode;

/// The commands on the model that ships, with few steps.
class CommandsTest {
    @TempDir
    private static Path cache;

    @TempDir
    private Path folder;

    private Shell.Result run(String... args) {
        return new Shell(cache, folder.resolve("pictures")).run(args);
    }

    @Test
    void promptsAreDrawnFromTheWildcardFolderAndTheTemplateIsKept() throws IOException {
        Path lists = Files.createDirectories(folder.resolve("lists"));
        Files.writeString(lists.resolve("fruit.txt"), "red apple\n");
        Shell.Result drawn = run("generate", "--prompt", "a __fruit__", "--wildcards", lists.toString(), "--seed", "1", "--steps", "2", "--json");
        assertThat(drawn.exit()).as(drawn.err()).isZero();
        assertThat(drawn.json().get("spec").get("prompt").asString()).isEqualTo("a red apple");
        assertThat(drawn.json().get("spec").get("template").get("prompt").asString()).isEqualTo("a __fruit__");
        Shell.Result written = run("generate", "--prompt", "a red apple", "--seed", "1", "--steps", "2", "--json");
        assertThat(drawn.json().get("pictures").get(0).get("imageHash")).isEqualTo(written.json().get("pictures").get(0).get("imageHash"));
        Shell.Result missing = run("compare", "--prompt", "a __weather__ {day", "--wildcards", lists.toString(), "--policy", "cfg(w=3)", "--policy", "cfg(w=5)", "--out", folder.resolve("s.png").toString());
        assertThat(missing.exit()).isNotZero();
        assertThat(missing.err()).contains("weather.txt in " + lists);
    }

    @Test
    void generateWritesAPictureWithItsTraceAndReplayFindsItBitIdentical() throws IOException {
        Path file = folder.resolve("apple.png");
        Path trace = folder.resolve("apple.jsonl");

        Shell.Result made = run(
                "generate", "--prompt", "a red apple", "--policy", "cfg(w=5)", "--steps", "4", "--seed", "1", "--out", file.toString(), "--trace", trace.toString());

        assertThat(made.exit()).isZero();
        assertThat(made.out()).startsWith(file + "  128x128  seed 1  cfg(w=5)  8 evaluations");
        assertThat(made.err()).contains("step 4/4");
        RunRecord record = PictureFile.read(file).record().orElseThrow();
        List<JsonNode> lines = Files.readAllLines(trace).stream().map(line -> CanonicalJson.parse("trace", line)).toList();
        assertThat(lines).hasSize(4);
        assertThat(Sha256.of(Base64.getDecoder().decode(lines.getLast().get("latents").asString()))).isEqualTo(record.latentHash());
        double alpha = lines.get(2).get("alpha").asDouble();
        double sigma = lines.get(2).get("sigma").asDouble();
        assertThat(alpha * alpha + sigma * sigma).isBetween(0.9999, 1.0001);
        assertThat(lines.get(2).get("nfe").asInt()).isEqualTo(2);
        assertThat(lines.get(2).get("telemetry").get("weight").asDouble()).isEqualTo(5);

        Shell.Result again = run("replay", file.toString(), "--quiet");
        assertThat(again.exit()).isZero();
        assertThat(again.out()).isEqualTo(file + ": bit-identical\n");
        assertThat(again.err()).isEmpty();
    }

    @Test
    void replaySaysWhatIsDifferentAndWhy() throws IOException {
        Path file = folder.resolve("apple.png");
        run("generate", "--prompt", "a red apple", "--steps", "3", "--seed", "1", "--out", file.toString());
        PictureFile picture = PictureFile.read(file);
        RunRecord record = picture.record().orElseThrow();
        byte[] inverted = picture.image().toBytes();
        for (int i = 0; i < inverted.length; i++) {
            inverted[i] = (byte) ~inverted[i];
        }
        Path changed = folder.resolve("changed.png");
        PictureFile.save(changed, Rgb.adopt(128, 128, inverted), record);

        Shell.Result result = run("replay", changed.toString(), "--json");

        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.json().get("verdict").asString()).isEqualTo("different");
        assertThat(result.json().get("reasons").toString()).contains("The pixels of the file were changed after it was made.");
    }

    @Test
    void withoutANamePicturesGoIntoTheNumberedFolderAndSeedsCountUp() throws IOException {
        Shell.Result result = run("generate", "--prompt", "a fox", "--steps", "2", "--batch", "2", "--json");

        assertThat(result.exit()).isZero();
        JsonNode pictures = result.json().get("pictures");
        long seed = 5_000_000_005L - (1L << 32);
        assertThat(pictures.get(0).get("seed").asLong()).isEqualTo(seed);
        assertThat(pictures.get(1).get("seed").asLong()).isEqualTo(seed + 1);
        try (Stream<Path> files = Files.walk(folder.resolve("pictures"))) {
            assertThat(files.filter(Files::isRegularFile).map(p -> p.getFileName().toString()))
                    .containsExactlyInAnyOrder("0001-" + seed + ".png", "0002-" + (seed + 1) + ".png");
        }
    }

    @Test
    void scoutFinishesTheMostPromisingSeedsWithThePicturesThatGenerateMakes() throws IOException {
        Path kept = folder.resolve("kept");
        String[] what = {"--prompt", "a red apple", "--policy", "cfg(w=5)", "--steps", "4", "--quiet"};

        Shell.Result result = run(with(what, "scout", "--seed", "11", "--seeds", "4", "--look", "2", "--keep", "2", "--out", kept.toString(), "--json"));

        assertThat(result.exit()).as(result.err()).isZero();
        JsonNode json = result.json();
        List<JsonNode> seeds = json.get("seeds").valueStream().toList();
        assertThat(seeds).hasSize(4);
        assertThat(seeds.stream().map(seed -> seed.get("kept").asBoolean())).containsExactly(true, true, false, false);
        assertThat(seeds.stream().map(seed -> -seed.get("sum").asDouble()).toList()).isSorted();
        assertThat(json.get("nfe").asInt()).isEqualTo(4 * 2 * 2 + 2 * 2 * 2);
        assertThat(json.get("nfeOfAll").asInt()).isEqualTo(4 * 4 * 2);
        assertThat(json.get("pictures").size()).isEqualTo(2);
        for (int i = 0; i < 2; i++) {
            JsonNode picture = json.get("pictures").get(i);
            assertThat(picture.get("seed")).isEqualTo(seeds.get(i).get("seed"));
            Path file = folder.resolve("alone-" + i + ".png");
            Shell.Result alone = run(with(what, "generate", "--seed", picture.get("seed").asString(), "--out", file.toString(), "--json"));
            assertThat(alone.json().get("pictures").get(0).get("imageHash")).isEqualTo(picture.get("imageHash"));
            PictureFile saved = PictureFile.read(Path.of(picture.get("file").asString()));
            assertThat(saved.image()).isEqualTo(PictureFile.read(file).image());
            assertThat(saved.record().orElseThrow().spec()).isEqualTo(PictureFile.read(file).record().orElseThrow().spec());
        }
        try (Stream<Path> files = Files.walk(kept)) {
            assertThat(files.filter(Files::isRegularFile)).hasSize(2);
        }

        Shell.Result words = run(with(what, "scout", "--seed", "11", "--seeds", "2", "--look", "2", "--keep", "1", "--out", kept.toString()));
        assertThat(words.out().lines()).anySatisfy(line -> assertThat(line).endsWith("kept")).anySatisfy(line -> assertThat(line).endsWith("dropped")).contains("12 evaluations; making all 2 takes 16");
    }

    @Test
    void compareWritesASheetAndATable() throws IOException {
        Path sheet = folder.resolve("sheet.png");
        Path table = folder.resolve("metrics.csv");

        Shell.Result result = run(
                "compare", "--prompt", "a red apple", "--seed", "1", "--steps", "3", "--policy", "cfg(w=5)", "--policy", "none", "--out", sheet.toString(), "--csv",
                table.toString(), "--json");

        assertThat(result.exit()).isZero();
        JsonNode lanes = result.json().get("lanes");
        assertThat(lanes.get(0).get("ssim_to_a").asDouble()).isEqualTo(1);
        assertThat(lanes.get(0).get("mean_effective_weight").asDouble()).isBetween(4.99, 5.01);
        assertThat(lanes.get(1).get("nfe").asInt()).isEqualTo(3);
        assertThat(lanes.get(1).get("ssim_to_a").asDouble()).isLessThan(1);
        assertThat(Files.readAllLines(table)).hasSize(3).first().asString().startsWith("lane,policy,seed,nfe,");
        assertThat(PngReader.read("sheet", Files.readAllBytes(sheet)).text("lodestar-sheet").orElseThrow()).contains("\"prompt\":\"a red apple\"");
    }

    @Test
    void theCatalogueIsListedCompletely() {
        JsonNode policies = run("policies", "--json").json().get("policies");
        JsonNode samplers = run("samplers", "--json").json();

        assertThat(policies.valueStream().map(p -> p.get("id").asString()))
                .containsExactlyElementsOf(Catalog.policies().stream().map(type -> type.descriptor().id()).toList());
        assertThat(samplers.get("samplers").valueStream().map(p -> p.get("id").asString()))
                .containsExactlyElementsOf(Catalog.samplers().stream().map(type -> type.descriptor().id()).toList());
        assertThat(samplers.get("spacings").size()).isEqualTo(Catalog.spacings().size());
        String text = run("policies").out();
        Catalog.policies().forEach(type -> assertThat(text).contains(type.descriptor().title()).contains(type.descriptor().summary()));
    }

    @Test
    void settingsThatSuitTheModelAreFilledInOnRequestWhereTheyAreNotWritten() {
        String[] few = {"--prompt", "a fox", "--seed", "1", "--steps", "2", "--json"};
        assertThat(run(with(few, "generate", "--policy", "apg(r=9)", "--calibrated")).json().get("spec").get("policy").asString()).contains("w=7,").contains("r=9,");
        assertThat(run(with(few, "generate", "--policy", "apg(r=9)")).json().get("spec").get("policy").asString()).as("without it, the catalogue's own").contains("w=10,");
        assertThat(run(with(few, "generate", "--policy", "mahiro + cfg(w=4)", "--calibrated")).err()).contains("a policy with numbers to fill in");
    }

    @Test
    void whatCalibrateMeasuresIsFilledIntoRunsOfTheSameKindAndRefusedForOthers() throws IOException {
        String[] few = {"--prompt", "a red apple", "--steps", "4", "--quiet"};
        Shell.Result ag = run(with(few, "calibrate", "--kind", "ag", "--json"));
        assertThat(ag.exit()).as(ag.err()).isZero();
        Path fit = folder.resolve("fit.json");
        Shell.Result linear = run(with(few, "calibrate", "--kind", "linear_ag", "--out", fit.toString()));
        assertThat(linear.out()).contains("Fitted on 1 CFG runs").contains("--calibrated");
        assertThat(run(with(few, "calibrate", "--kind", "core2_affine")).out()).contains("Fitted on 1 CFG runs").contains("core2_affine + cfg(w=3)");
        Shell.Result table = run(with(few, "calibrate", "--kind", "table", "--weights", "0", "--generations", "0", "--json"));
        assertThat(table.json().get("nfe").asInt()).isLessThanOrEqualTo(6);

        Shell.Result made = run("generate", "--prompt", "a fox", "--seed", "1", "--steps", "4", "--policy", "ag + cfg(w=3)", "--calibrated", "--json");
        assertThat(made.exit()).as(made.err()).isZero();
        assertThat(made.json().get("spec").get("policy").asString()).as("the recipe holds the numbers").isEqualTo(ag.json().get("policy").asString());
        assertThat(run("generate", "--prompt", "a fox", "--seed", "1", "--steps", "4", "--policy", "linear_ag + cfg(w=3)", "--calibrated", "--json").json().get("pictures").get(0).get("nfe").asInt())
                .isEqualTo(5);
        assertThat(run("generate", "--prompt", "a fox", "--seed", "1", "--steps", "4", "--policy", "table", "--calibrated", "--json").json().get("pictures").get(0).get("nfe").asInt())
                .isEqualTo(table.json().get("nfe").asInt());

        String cheap = "core2_affine(until=0.5) + cfg(w=3)";
        assertThat(run("generate", "--prompt", "a fox", "--seed", "1", "--steps", "4", "--policy", cheap, "--calibrated", "--json").json().get("pictures").get(0).get("nfe").asInt())
                .isEqualTo(6);

        Shell.Result other = run("generate", "--prompt", "a fox", "--seed", "1", "--steps", "4", "--policy", "ag + cfg(w=4)", "--calibrated");
        assertThat(other.exit()).isEqualTo(2);
        assertThat(other.err()).contains("4 steps, w 4, 128x128").contains("4 steps, w 3, 128x128");
        String typed = CanonicalJson.parse("fit", Files.readString(fit)).get("policy").asString();
        Shell.Result stronger = run("generate", "--prompt", "a fox", "--steps", "4", "--policy", typed.replace("cfg(w=3)", "cfg(w=4)"));
        assertThat(stronger.exit()).as("a fit that was typed in is refused under another weight too").isEqualTo(2);
        assertThat(stronger.err()).contains("4 steps, w 4, 128x128").contains("4 steps, w 3, 128x128");
        Shell.Result negative = run("generate", "--prompt", "a fox", "--negative", "red", "--steps", "4", "--policy", typed);
        assertThat(negative.err()).contains("negative prompt").contains("fitted without one");
    }

    private static String[] with(String[] options, String... command) {
        return Stream.concat(Stream.of(command), Stream.of(options)).toArray(String[]::new);
    }

    @Test
    void modelsAndDoctorSayWhatIsThere() {
        assertThat(run("models", "list").out()).contains("starter").contains("ready");
        assertThat(run("models", "inspect", "starter", "--json").json().get("usable").asBoolean()).isTrue();
        Shell.Result doctor = run("doctor");
        assertThat(doctor.exit()).isZero();
        assertThat(doctor.out()).contains("onnxruntime: 1.").contains("providers: cpu works").contains("starter model: loads in").contains("cache: " + cache);
        assertThat(doctor.out()).contains("providers: cuda ", "providers: tensorrt ", "providers: coreml ", "providers: plugin does not work: none was named");
        JsonNode providers = run("doctor", "--json").json().get("providers");
        assertThat(providers.size()).isEqualTo(5);
        assertThat(providers.get(0).get("provider").asString()).isEqualTo("cpu");
        assertThat(providers.get(0).get("works").asBoolean()).isTrue();
        assertThat(providers.get(4).get("reason").asString()).contains("plugin:FILE");
    }

    @Test
    void helpNamesEveryOption() {
        Shell.Result help = run("generate", "--help");
        assertThat(help.exit()).isZero();
        assertThat(help.out()).contains("--prompt", "--negative", "--model", "--seed", "--steps", "--size", "--batch", "--sampler", "--spacing", "--policy", "--out", "--trace", "--device", "--json");
        assertThat(run("--version").out()).startsWith("Lodestar ");
    }

    @Test
    void aPictureIsTheStartOfAnotherAndTheRecipeFindsItAgain() throws IOException {
        Path first = folder.resolve("first.png");
        Path second = folder.resolve("second.png");
        run("generate", "--prompt", "a red apple", "--steps", "3", "--seed", "1", "--size", "96x128", "--out", first.toString());

        Shell.Result made = run("generate", "--prompt", "a green apple", "--steps", "5", "--seed", "2", "--image", first.toString(), "--strength", "0.6", "--out", second.toString(), "--json");

        assertThat(made.exit()).as(made.err()).isZero();
        assertThat(made.json().get("pictures").get(0).get("nfe").asInt()).as("three of five steps, two branches").isEqualTo(6);
        PictureFile picture = PictureFile.read(second);
        assertThat(picture.image().width()).as("the source's size").isEqualTo(96);
        assertThat(picture.parameters().orElseThrow().setting("Denoising strength")).contains("0.6");
        assertThat(run("replay", second.toString(), "--json").json().get("verdict").asString()).isEqualTo("bit-identical");

        Files.delete(first);
        Shell.Result lost = run("replay", second.toString());
        assertThat(lost.exit()).isEqualTo(2);
        assertThat(lost.err()).contains("first.png, where there is no file");
    }

    @Test
    void aStrengthWithoutAPictureIsAMistake() {
        Shell.Result result = run("generate", "--prompt", "x", "--strength", "0.5");
        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("--image").contains("a picture for the strength");
    }
}
