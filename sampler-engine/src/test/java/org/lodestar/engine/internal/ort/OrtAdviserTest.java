package org.lodestar.engine.internal.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.Engine;
import org.lodestar.engine.EngineOptions;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Advice;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Cancelled;
import org.lodestar.engine.model.Consultation;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.ModelLoader;
import org.lodestar.engine.pack.ModelPackage;
import org.lodestar.engine.pack.TensorType;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.run.OutputPlan;
import org.lodestar.engine.run.RunHandle;
import org.lodestar.engine.run.RunOutcome;
import org.lodestar.engine.run.RunRequest;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.engine.testing.OnnxGraph;
import org.lodestar.engine.testing.TinyFolder;

/// Companions that look at pictures, run for real on networks small enough to be computed by hand.
@Timeout(60)
class OrtAdviserTest {
    private static final CancelToken NEVER = new CancelToken();
    private static final double[] MEANS = {0.2, -0.4, 0.6, 0.1};

    @TempDir
    Path temp;

    @TempDir
    static Path cache;

    private TinyFolder folder;
    private final Latents seen = Latents.zeros(4, 4, 6).like(i -> MEANS[i / 24]);

    @BeforeEach
    void write() {
        folder = TinyFolder.write(temp.resolve("tiny")).withCompanions();
    }

    private ModelPackage open() {
        return new OrtModelLoader(cache, 1).open(folder.root(), DeviceWish.CPU, ModelLoader.LoadListener.SILENT, NEVER);
    }

    private static List<Double> logits(ModelPackage model, Latents denoised) {
        return ((Advice.Classes) model.adviser().answer(new Consultation.Classes(denoised), NEVER)).logits();
    }

    private List<Double> logits() {
        try (ModelPackage model = open()) {
            return logits(model, seen);
        }
    }

    private static List<Double> cosines(ModelPackage model, Latents denoised, String... texts) {
        return ((Advice.Likeness) model.adviser().answer(new Consultation.Likeness(denoised, List.of(texts)), NEVER)).cosines();
    }

    @Test
    void answersEveryKindOfQuestion() {
        try (ModelPackage model = open()) {
            assertThat(model.adviser().kinds()).containsExactlyInAnyOrder(Consultation.Kind.values());
            assertThat(model.adviser().labels()).containsExactly("cat", "dog", "fire engine");
            assertThat(model.info().abilities().consultations()).isEqualTo(model.adviser().kinds());
            assertThat(model.info().abilities().labels()).isEqualTo(model.adviser().labels());

            List<Double> logits = logits(model, seen);
            assertThat(logits).hasSize(3);
            for (int k = 0; k < 3; k++) {
                assertThat(logits.get(k)).isEqualTo(MEANS[k], within(1e-6));
            }
            for (int label = 0; label < 3; label++) {
                Advice.Gradient gradient = (Advice.Gradient) model.adviser().answer(new Consultation.Gradient(seen, label), NEVER);
                int wanted = label;
                assertThat(gradient.direction()).isEqualTo(seen.like(i -> i / 24 == wanted ? 1 : 0));
            }
            Latents other = Latents.zeros(4, 8, 8).like(i -> i < 64 ? 1 : 0);
            assertThat(logits(model, other).getFirst()).as("another size").isEqualTo(1, within(1e-6));
        }
    }

    @Test
    void comparesAPictureWithTheMeanStateOfTheTokens() {
        // Each token's state is its number in the vocabulary, eight times; marks are 2 and 3, "red" 4, "apple" 5.
        double norm = Math.sqrt(0.04 + 0.16 + 0.36 + 0.01);
        double sum = 0.2 - 0.4 + 0.6 + 0.1;
        try (ModelPackage model = open()) {
            assertThat(cosines(model, seen, "red apple").getFirst()).isEqualTo(sum / norm / Math.sqrt(8), within(1e-6));
        }
        folder.text("scorer/config.json", "{\"text_mean\": [2.5, 3.5, 3.5, 3.5, 3.5, 3.5, 3.5, 3.5]}");
        try (ModelPackage model = open()) {
            assertThat(cosines(model, seen, "red apple", "red").getFirst()).as("(2+4+5+3)/4 less the mean leaves the first").isEqualTo(0.2 / norm, within(1e-6));
            double first = 0.5;
            double rest = -0.5;
            double expected = (0.2 * first + (sum - 0.2) * rest) / norm / Math.sqrt(8 * 0.25);
            assertThat(cosines(model, seen, "red apple", "red").get(1)).as("(2+4+3)/3").isEqualTo(expected, within(1e-6));
        }
    }

    @Test
    void comparesAPictureWithATextNetOfItsOwn() {
        float[] pick = new float[16 * 8];
        pick[8] = 1;
        pick[2 * 8 + 1] = 1;
        new OnnxGraph()
                .input("input_ids", TensorType.INT64, "batch", "sequence")
                .output("embedding", TensorType.FLOAT, "batch", 8)
                .weight("pick", new long[] {16, 8}, pick)
                .node("Cast", List.of("input_ids"), List.of("ids"), Map.of("to", 1L))
                .node("MatMul", List.of("ids", "pick"), List.of("embedding"), Map.of())
                .write(folder.file("scorer/text/model.onnx"));
        try (ModelPackage model = open()) {
            double expected = (4 * 0.2 - 5 * 0.4) / Math.sqrt(41) / Math.sqrt(0.57);
            assertThat(cosines(model, seen, "red apple").getFirst()).isEqualTo(expected, within(1e-6));
            assertThat(cosines(model, Latents.zeros(4, 4, 4), "red apple")).as("a picture of nothing").containsExactly(0.0);
        }
    }

    @Test
    void showsPicturesDecodedResizedAndScaled() {
        TinyFolder.seeing("pixel_values", 3, "logits", 3).write(folder.file("classifier/model.onnx"));
        List<Double> plain = logits();
        for (int k = 0; k < 3; k++) {
            assertThat(plain.get(k)).isEqualTo(MEANS[k] / 2 + 0.5, within(1.0 / 255));
        }
        folder.text("classifier/config.json", "{\"size\": 5, \"range\": [-1, 1], \"mean\": [0.5, 0, 0], \"std\": [1, 2, 1]}");
        List<Double> scaled = logits();
        assertThat(scaled.get(0)).isEqualTo(0.2 - 0.5, within(2.0 / 255));
        assertThat(scaled.get(1)).isEqualTo(-0.4 / 2, within(2.0 / 255));
        assertThat(scaled.get(2)).isEqualTo(0.6, within(2.0 / 255));
    }

    @Test
    void prefersASmallDecoderWhereThereIsOne() {
        TinyFolder.seeing("pixel_values", 3, "logits", 3).write(folder.file("classifier/model.onnx"));
        new OnnxGraph()
                .input("latent_sample", TensorType.FLOAT, "batch", 4, "height", "width")
                .output("sample", TensorType.FLOAT, "batch", 3, "h", "w")
                .weight("mix", new long[] {3, 4, 1, 1}, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0)
                .node("Conv", List.of("latent_sample", "mix"), List.of("sample"), Map.of())
                .write(folder.file("preview_decoder/model.onnx"));
        List<Double> logits = logits();
        assertThat(logits.get(0)).isEqualTo(0.1 / 2 + 0.5, within(1.0 / 255));
        assertThat(logits.get(1)).isEqualTo(0.6 / 2 + 0.5, within(1.0 / 255));
        assertThat(logits.get(2)).isEqualTo(-0.4 / 2 + 0.5, within(1.0 / 255));
    }

    @Test
    void opensANetworkOnlyWhenAskedAndSaysWhatIsWrongWithIt() {
        TinyFolder.seeing("latent_sample", 4, "logits", 3).node("NoSuchOperator", List.of("row"), List.of("z"), Map.of()).write(folder.file("classifier/model.onnx"));
        try (ModelPackage model = open()) {
            assertThatThrownBy(() -> logits(model, seen)).isInstanceOf(EngineException.ModelProblem.class).hasMessageStartingWith("classifier/model.onnx: expected an ONNX network that loads");
            assertThat(cosines(model, seen, "red")).hasSize(1);
        }
    }

    @Test
    void refusesAnExportForGpusBeforeLoadingIt() {
        TinyFolder.gradient(3).node("com.microsoft", "NhwcConv", List.of("row", "row"), List.of("z"), Map.of()).write(folder.file("gradient/model.onnx"));
        assertThatThrownBy(this::open).isInstanceOf(EngineException.ModelProblem.class).hasMessageContaining("gradient/model.onnx").hasMessageContaining("NhwcConv");
    }

    @Test
    void saysWhenAnswersCannotBeUsed() {
        new OnnxGraph()
                .input("latent_sample", TensorType.FLOAT, "batch", 4, "height", "width")
                .output("logits", TensorType.FLOAT, "batch", "labels")
                .node("GlobalAveragePool", List.of("latent_sample"), List.of("means"), Map.of())
                .node("Flatten", List.of("means"), List.of("logits"), Map.of("axis", 1L))
                .write(folder.file("classifier/model.onnx"));
        assertThatThrownBy(this::logits).isInstanceOf(EngineException.InferenceFailure.class).hasMessageContaining("classifier/model.onnx gave 4 logits for 3 labels");

        TinyFolder.seeing("latent_sample", 4, "raw", 3).output("logits", TensorType.FLOAT, "batch", 3).node("Log", List.of("raw"), List.of("logits"), Map.of())
                .write(folder.file("classifier/model.onnx"));
        assertThatThrownBy(this::logits).isInstanceOf(EngineException.NumericalFailure.class).hasMessageContaining("classifier/model.onnx gave numbers that are not finite");
    }

    @Test
    void stopsWhenCancelledAndIsClosedWithTheModel() {
        CancelToken cancelled = new CancelToken();
        cancelled.cancel();
        ModelPackage model = open();
        assertThatThrownBy(() -> model.adviser().answer(new Consultation.Classes(seen), cancelled)).isInstanceOf(Cancelled.class);
        assertThat(logits(model, seen)).hasSize(3);
        model.close();
        assertThatThrownBy(() -> logits(model, seen)).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
    }

    @Test
    void anotherClassifierMakesAnotherModel() {
        String before;
        try (ModelPackage model = open()) {
            before = model.info().contentHash();
        }
        folder.text("lodestar.json", "{\"calibrations\": [{\"key\": \"model " + before + ", sampler ddim(eta=0), spacing trailing, 20 steps, w 3, 16x16\", \"policy\": \"ag(threshold=0.99)\"}]}");
        try (ModelPackage model = open()) {
            assertThat(model.info().contentHash()).as("what was found out about it does not").isEqualTo(before);
            assertThat(model.info().calibrations()).singleElement().satisfies(shipped -> assertThat(shipped.term().text()).isEqualTo("ag(threshold=0.99)"));
        }
        folder.text("classifier/labels.txt", "cat\ndog\nbus\n");
        try (ModelPackage model = open()) {
            assertThat(model.info().contentHash()).isNotEqualTo(before);
        }
    }

    private RunHandle run(String prompt, String policy) throws InterruptedException {
        RunSpec spec = new RunSpec(
                "starter", prompt, "", 128, 128, 3, 1, 6, Term.of("euler"), Term.of("trailing"), Term.parseStack(policy), "torch", List.of());
        try (Engine engine = Engine.open(new EngineOptions(folder.root(), cache, 1))) {
            RunHandle run = engine.submit(new RunRequest(List.of(spec), DeviceWish.CPU, OutputPlan.NONE));
            run.await();
            return run;
        }
    }

    @Test
    void wholeRunsAreGuidedByCompanions() throws InterruptedException {
        RunHandle plain = run("red cat", "cfg(w=2)");
        RunHandle away = run("red cat", "cfg(w=2) + gfcg(from=0, tau=1)");
        RunHandle pulled = run("red cat", "cfg(w=2) + elucd(strength=0.05)");
        assertThat(List.of(plain.await(), away.await(), pulled.await())).containsOnly(new RunOutcome.Completed());
        for (int i = 0; i < 6; i++) {
            assertThat(plain.step(0, 0, i).nfe()).isEqualTo(2);
            assertThat(away.step(0, 0, i).nfe()).isEqualTo(3);
            assertThat(pulled.step(0, 0, i).nfe()).isEqualTo(2);
        }
        Latents moved = LatentOps.subtract(pulled.step(0, 0, 5).after(), plain.step(0, 0, 5).after());
        assertThat(moved.at(0)).as("the channel of cats").isPositive();
        assertThat(moved.at(16 * 16)).as("another channel").isZero();
    }

    @Test
    void saysBeforeTheRunWhatIsMissing() throws InterruptedException {
        assertThat(problem(run("red apple", "gfcg"))).startsWith(
                "prompt: expected one of the words that this model's classifier knows (cat, dog, fire engine), found \"red apple\". Use one of them, or leave gfcg out.");
        assertThat(problem(run("red cat red red red red red red red red red red red red", "gfcg"))).contains(
                "the text \"red fire engine red red").contains("for gfcg + cfg: expected at most 14 tokens");

        folder = TinyFolder.write(temp.resolve("plain"));
        assertThat(problem(run("red cat", "gfcg + elucd"))).isEqualTo("""
                gfcg: expected a model with a classifier, found a model without one. Choose another policy or another model.
                elucd: expected a model with a gradient of a classifier, found a model without one. Choose another policy or another model.""");
    }

    private static String problem(RunHandle run) throws InterruptedException {
        return run.await() instanceof RunOutcome.Failed failed ? String.valueOf(failed.problem().getMessage()) : "no problem";
    }
}
