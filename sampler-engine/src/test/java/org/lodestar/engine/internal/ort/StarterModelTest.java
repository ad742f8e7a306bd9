package org.lodestar.engine.internal.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.calibration.Calibration;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.guidance.FitKey;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Advice;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.model.Consultation;
import org.lodestar.engine.model.Denoiser;
import org.lodestar.engine.model.Embedding;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.pack.ModelLoader;
import org.lodestar.engine.pack.ModelPackage;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.run.RunCheck;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.engine.schedule.NoiseLevel;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The real model, against numbers the same files gave in another program (`starter/reference.json`).
class StarterModelTest {
    private static final Path STARTER = Path.of(System.getProperty("lodestar.root"), "models/starter");
    private static final CancelToken NEVER = new CancelToken();

    @TempDir
    static Path cache;

    private static ModelPackage model;
    private static JsonNode reference;

    @BeforeAll
    static void load() throws IOException {
        model = new OrtModelLoader(cache, 2).open(STARTER, DeviceWish.CPU, ModelLoader.LoadListener.SILENT, NEVER);
        try (InputStream in = Objects.requireNonNull(StarterModelTest.class.getResourceAsStream("/starter/reference.json"))) {
            reference = JsonMapper.builder().build().readTree(in);
        }
    }

    @AfterAll
    static void close() {
        model.close();
    }

    @Test
    void theNumbersItShipsWereMeasuredOnThisModelAtItsOwnSettings() {
        ModelInfo info = model.info();
        RunSpec usual = new RunSpec(
                "starter", "", "", info.defaults().size().width(), info.defaults().size().height(), 1, 1, info.defaults().steps(), Term.of(info.defaults().sampler()),
                Term.of(info.defaults().spacing()), Term.parseStack(info.defaults().policy()), "torch", List.of());
        FitKey key = RunCheck.key(usual, usual.policy(), info);
        assertThat(info.calibrations()).extracting(calibration -> calibration.term().id()).contains("ag", "linear_ag", "core2_affine");
        assertThat(info.calibrations()).filteredOn(calibration -> !calibration.term().id().equals("table")).extracting(Calibration::key).containsOnly(key);
    }

    @Test
    void encodesTextAsRecorded() {
        for (JsonNode recorded : reference.get("text")) {
            Embedding states = Objects.requireNonNull(
                    model.text().encode(recorded.get("prompt").asString(), NEVER).tensors().get("encoder_hidden_states"));

            assertThat(states.shape()).containsExactly(32, 384);
            assertEntries(recorded, states::at, 2e-2); // dynamic quantisation rounds differently between versions
        }
    }

    @Test
    void predictsAsRecorded() {
        Map<Branch.Net, String> names = Map.of(
                Branch.Net.MAIN, "unet", Branch.Net.WEAK, "weak", Branch.Net.PERTURBED, "perturbed", Branch.Net.SECOND, "second", Branch.Net.ERASED, "erased", Branch.Net.DISTILLED, "distilled");
        for (Branch.Net net : names.keySet()) {
            for (JsonNode recorded : reference.get(Objects.requireNonNull(names.get(net)))) {
                Latents x = wave(recorded.get("height").asInt(), recorded.get("width").asInt(), recorded.get("f").asDouble());
                NoiseLevel level = model.schedule().at(recorded.get("time").asDouble());
                Conditioning words = model.text().encode(recorded.get("prompt").asString(), NEVER);
                Conditioning told = net == Branch.Net.DISTILLED ? words.with(Conditioning.GUIDANCE, recorded.get("weight").asDouble()) : words;
                Query query = new Query(new Branch("cond", told, net), x, level);

                Prediction prediction = model.denoiser().predict(List.of(query), NEVER).getFirst();

                Latents velocity = model.parameterization().fromPrediction(prediction, x, level);
                assertEntries(recorded, velocity::at, 2e-2);
                double mean = LatentOps.mean(velocity);
                assertThat(mean).isCloseTo(recorded.get("mean").asDouble(), within(1e-2));
                assertThat(LatentOps.std(velocity, 0)).isCloseTo(recorded.get("std").asDouble(), within(1e-2));
            }
        }
    }

    @Test
    void decodesAsRecorded() {
        for (JsonNode recorded : reference.get("decoder")) {
            int height = recorded.get("height").asInt() * 8;
            int width = recorded.get("width").asInt() * 8;

            Rgb picture = model.codec().decode(wave(height / 8, width / 8, recorded.get("f").asDouble()), NEVER);

            assertThat(picture.width()).isEqualTo(width);
            assertThat(picture.height()).isEqualTo(height);
            assertEntries(recorded, i -> picture.at(i % width, i / width % height, i / (width * height)), 0.6); // rounded to whole numbers
        }
    }

    @Test
    void encodesPicturesAsRecordedAndBackAgain() {
        assertThat(model.codec().canEncode()).isTrue();
        for (JsonNode recorded : reference.get("encoder")) {
            int width = recorded.get("width").asInt();
            int height = recorded.get("height").asInt();
            byte[] bytes = new byte[width * height * 3];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) Math.rint(127.5 + 120 * Math.sin(recorded.get("f").asDouble() * i));
            }

            Latents z = model.codec().encode(Rgb.adopt(width, height, bytes), NEVER);

            assertThat(z.shape()).isEqualTo("4x" + height / 8 + "x" + width / 8);
            assertEntries(recorded, z::at, 1e-2);
        }
    }

    @Test
    void aPictureSurvivesTheAutoencoder() {
        int side = 96;
        byte[] bytes = new byte[side * side * 3];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                boolean disc = Math.hypot(x - 48, y - 48) < 30;
                bytes[(y * side + x) * 3] = (byte) 255;
                bytes[(y * side + x) * 3 + 1] = (byte) (disc ? 60 : 255);
                bytes[(y * side + x) * 3 + 2] = (byte) (disc ? 40 : 255);
            }
        }
        Rgb picture = Rgb.adopt(side, side, bytes);

        Rgb back = model.codec().decode(model.codec().encode(picture, NEVER), NEVER);

        assertThat(meanDifference(picture, back)).isLessThan(8);
    }

    @Test
    void previewsResembleTheDecodedPicture() {
        int side = 16;
        Latents z = model.codec().encode(gradient(side * 8), NEVER);
        Rgb decoded = model.codec().decode(z, NEVER);

        Rgb preview = model.previewer().preview(z);

        assertThat(preview.width()).isEqualTo(side);
        double difference = 0;
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                for (int k = 0; k < 3; k++) {
                    difference += Math.abs(preview.at(x, y, k) - mean(decoded, x, y, k)) / (side * side * 3);
                }
            }
        }
        assertThat(difference).isLessThan(30); // of 255; unrelated pictures differ by about 80
    }

    @Test
    void answersDoNotDependOnWhatElseIsAsked() {
        List<Query> queries = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Branch branch = Branch.main("b", model.text().encode(i % 2 == 0 ? "red apple" : "", NEVER));
            queries.add(new Query(branch, wave(i == 4 ? 12 : 16, 16, 0.3 + i), model.schedule().at(i == 3 ? 200 : 700)));
        }

        List<Prediction> together = model.denoiser().predict(queries, NEVER);

        for (int i = 0; i < queries.size(); i++) {
            assertThat(model.denoiser().predict(List.of(queries.get(i)), NEVER).getFirst()).as("query %d", i).isEqualTo(together.get(i));
        }
    }

    @Test
    void oneCallWithManyGivesTheSameAsManyCalls() {
        OrtDenoiser denoiser = (OrtDenoiser) ((MixedNet.Expecting) model.denoiser()).denoiser();
        Denoiser each = denoiser.with(CallLayout.EACH);
        Denoiser together = denoiser.with(CallLayout.TOGETHER);
        for (int[] size : new int[][] {{16, 16}, {8, 8}, {12, 20}, {20, 20}}) {
            List<Query> queries = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Branch branch = Branch.main("b", model.text().encode(i % 2 == 0 ? "red apple" : "", NEVER));
                queries.add(new Query(branch, wave(size[0], size[1], 0.3 + i), model.schedule().at(700)));
            }

            List<Prediction> one = together.predict(queries, NEVER);
            List<Prediction> many = each.predict(queries, NEVER);

            for (int i = 0; i < queries.size(); i++) {
                double difference = LatentOps.norm(LatentOps.subtract(one.get(i).denoised(), many.get(i).denoised()));
                assertThat(difference / LatentOps.norm(many.get(i).denoised())).isLessThan(1e-5);
            }
        }
    }

    @Test
    void companionsAnswerAsRecorded() {
        JsonNode recorded = reference.get("companions");
        Latents seen = wave(recorded.get("height").asInt(), recorded.get("width").asInt(), recorded.get("f").asDouble());

        Advice.Classes classes = (Advice.Classes) model.adviser().answer(new Consultation.Classes(seen), NEVER);
        Advice.Gradient gradient = (Advice.Gradient) model.adviser().answer(new Consultation.Gradient(seen, recorded.get("label").asInt()), NEVER);
        List<String> texts = List.of("red apple", "a cute cat with sunglasses");
        Advice.Likeness likeness = (Advice.Likeness) model.adviser().answer(new Consultation.Likeness(seen, texts), NEVER);

        assertThat(classes.logits()).hasSameSizeAs(model.adviser().labels());
        for (int i = 0; i < classes.logits().size(); i++) {
            assertThat(classes.logits().get(i)).isCloseTo(recorded.get("logits").get(i).asDouble(), within(1e-3));
        }
        for (int i = 0; i < recorded.get("index").size(); i++) {
            double expected = recorded.get("gradient").get(i).asDouble();
            assertThat((double) gradient.direction().at(recorded.get("index").get(i).asInt())).isCloseTo(expected, within(1e-4));
        }
        for (int i = 0; i < texts.size(); i++) {
            assertThat(likeness.cosines().get(i)).isCloseTo(recorded.get("cosines").get(texts.get(i)).asDouble(), within(1e-2)); // the text encoder rounds
        }
    }

    @Test
    void theGradientLeadsToWhereTheClassifierIsSurer() {
        Latents seen = wave(16, 16, 0.37);
        double before = share(seen, 1);
        Latents direction = ((Advice.Gradient) model.adviser().answer(new Consultation.Gradient(seen, 1), NEVER)).direction();
        double length = LatentOps.norm(direction);

        Latents moved = LatentOps.addScaled(seen, 2 / length, direction);

        assertThat(share(moved, 1)).isGreaterThan(before);
        assertThat(share(LatentOps.addScaled(seen, -2 / length, direction), 1)).isLessThan(before);
    }

    /// How likely the classifier finds a label.
    private static double share(Latents seen, int label) {
        List<Double> logits = ((Advice.Classes) model.adviser().answer(new Consultation.Classes(seen), NEVER)).logits();
        return Math.exp(logits.get(label)) / logits.stream().mapToDouble(Math::exp).sum();
    }

    @Test
    void refusesAPromptThatIsTooLong() {
        assertThat(model.text().count("red apple")).satisfies(count -> {
            assertThat(count.used()).isEqualTo(2);
            assertThat(count.capacity()).isEqualTo(30);
        });
        assertThatThrownBy(() -> model.text().encode("red ".repeat(31), NEVER))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessageContaining("at most 30 tokens")
                .hasMessageContaining("31 tokens");
    }

    @Test
    void openingAgainFindsTheSameModelFaster() {
        List<String> phases = new ArrayList<>();
        try (ModelPackage again = new OrtModelLoader(cache, 2).open(STARTER, DeviceWish.AUTO, (phase, fraction) -> phases.add(phase), NEVER)) {
            assertThat(again.info().contentHash()).isEqualTo(model.info().contentHash()).hasSize(64);
            assertThat(again.info().callLayout()).isEqualTo(model.info().callLayout());
            Latents z = wave(16, 16, 0.2);
            assertThat(again.previewer().preview(z)).isEqualTo(model.previewer().preview(z));
            assertThat(again.info().device().attempts()).extracting(attempt -> attempt.provider() + " " + attempt.worked()).containsExactly("cuda false", "cpu true");
        }
        assertThat(phases).startsWith("reading the folder").endsWith("ready");
    }

    @Test
    void closingTwiceIsHarmlessAndUseAfterwardsIsRefused() {
        ModelPackage other = new OrtModelLoader(cache, 1).open(STARTER, DeviceWish.CPU, ModelLoader.LoadListener.SILENT, NEVER);
        Query query = new Query(Branch.main("b", other.text().encode("", NEVER)), wave(16, 16, 1), other.schedule().at(500));
        other.close();

        assertThatCode(other::close).doesNotThrowAnyException();
        assertThatThrownBy(() -> other.denoiser().predict(List.of(query), NEVER)).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
    }

    @Test
    void sayingWhyCudaCannotBeUsed() {
        assertThatThrownBy(() -> new OrtModelLoader(cache, 1).open(STARTER, DeviceWish.CUDA, ModelLoader.LoadListener.SILENT, NEVER))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessageContaining("CPU build of ONNX Runtime");
    }

    @Test
    void describesItself() {
        assertThat(model.info().name()).isEqualTo("Starter");
        assertThat(model.info().sizes().multipleOf()).isEqualTo(16); // the denoiser halves its state once
        assertThat(model.info().defaults().size().toString()).isEqualTo("128x128");
        assertThat(model.latentFormat().channels()).isEqualTo(4);
        assertThat(Map.of("threads", model.info().device().threads())).containsEntry("threads", 2);
    }

    private static Latents wave(int height, int width, double f) {
        return Latents.zeros(4, height, width).like(i -> Math.sin(f * i));
    }

    private static Rgb gradient(int side) {
        byte[] bytes = new byte[side * side * 3];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                bytes[(y * side + x) * 3] = (byte) (255 * x / side);
                bytes[(y * side + x) * 3 + 1] = (byte) (255 * y / side);
                bytes[(y * side + x) * 3 + 2] = (byte) (255 - 255 * x / side);
            }
        }
        return Rgb.adopt(side, side, bytes);
    }

    private static double mean(Rgb picture, int cellX, int cellY, int channel) {
        double sum = 0;
        for (int y = 0; y < 8; y++) {
            for (int x = 0; x < 8; x++) {
                sum += picture.at(cellX * 8 + x, cellY * 8 + y, channel);
            }
        }
        return sum / 64;
    }

    private static double meanDifference(Rgb a, Rgb b) {
        double sum = 0;
        for (int y = 0; y < a.height(); y++) {
            for (int x = 0; x < a.width(); x++) {
                for (int k = 0; k < 3; k++) {
                    sum += Math.abs(a.at(x, y, k) - b.at(x, y, k));
                }
            }
        }
        return sum / (a.height() * a.width() * 3);
    }

    private static void assertEntries(JsonNode recorded, IntToDoubleFunction actual, double tolerance) {
        for (int i = 0; i < recorded.get("index").size(); i++) {
            int index = recorded.get("index").get(i).asInt();
            assertThat(actual.applyAsDouble(index)).as("entry %d", index).isCloseTo(recorded.get("value").get(i).asDouble(), within(tolerance));
        }
    }
}
