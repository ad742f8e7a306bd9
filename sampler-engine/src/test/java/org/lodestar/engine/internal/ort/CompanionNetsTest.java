package org.lodestar.engine.internal.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.model.Embedding;
import org.lodestar.engine.model.Parameterization;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.pack.DenoiserPorts;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.ModelLoader;
import org.lodestar.engine.pack.ModelPackage;
import org.lodestar.engine.pack.OnnxFile;
import org.lodestar.engine.pack.TensorType;
import org.lodestar.engine.schedule.NoiseLevel;
import org.lodestar.engine.testing.OnnxGraph;
import org.lodestar.engine.testing.TinyFolder;

/// Networks that lie beside the main one in a model folder.
class CompanionNetsTest {
    private static final CancelToken NEVER = new CancelToken();
    private static final Latents X = Latents.zeros(4, 4, 4).like(i -> 0.1 * i - 2);

    @TempDir
    Path folder;

    @TempDir
    static Path cache;

    @Test
    void theReflectedNetAnswersWithANoiseWhateverTheMainNetPutsOut() {
        TinyFolder files = TinyFolder.write(folder.resolve("model"));
        files.denoiser(8).write(files.file("reflected/unet/model.onnx"));
        try (ModelPackage model = open(files)) {
            assertThat(model.parameterization()).isEqualTo(Parameterization.V);
            assertThat(ask(model, Branch.Net.REFLECTED).noise()).as("the graph hands its input through").isEqualTo(X);
            assertThat(ask(model, Branch.Net.MAIN).noise()).isNotEqualTo(X);
        }
    }

    /// `out_sample = guidance`, everywhere.
    private static OnnxGraph guided(Object... dims) {
        OnnxGraph graph = new OnnxGraph()
                .input("sample", TensorType.FLOAT, "batch", 4, "height", "width")
                .input("timestep", TensorType.FLOAT)
                .input("encoder_hidden_states", TensorType.FLOAT, "batch", "sequence", 8)
                .input("guidance", TensorType.FLOAT, dims)
                .output("out_sample", TensorType.FLOAT, "batch", 4, "height", "width")
                .weight("shape", new long[] {4}, -1, 1, 1, 1)
                .node("Cast", List.of("shape"), List.of("four"), Map.of("to", 7L))
                .node("Reshape", List.of("guidance", "four"), List.of("column"), Map.of())
                .node("Sub", List.of("sample", "sample"), List.of("zero"), Map.of());
        return graph.node("Add", List.of("zero", "column"), List.of("out_sample"), Map.of());
    }

    @ParameterizedTest
    @EnumSource
    void aNetToldAnotherWeightAnswersForThatWeightHoweverQueriesShareCalls(CallLayout layout) throws IOException {
        for (Object[] dims : new Object[][] {{}, {1}, {"batch"}}) {
            Path file = guided(dims).write(folder.resolve("guided.onnx"));
            OrtRuntime runtime = OrtRuntime.start(cache, 1);
            try (OrtNet net = OrtNet.open(runtime, runtime.choose(DeviceWish.CPU), OrtRuntime.Use.STEADY, "guided", file, OnnxFile.read(file))) {
                DenoiserPorts ports = DenoiserPorts.of(net.header(), net.name(), new ArrayList<>()).orElseThrow();
                OrtDenoiser denoiser = new OrtDenoiser(Map.of(Branch.Net.MAIN, new OrtDenoiser.Source(() -> net, ports, Parameterization.EPS)), new DenoiserInputs(8, 8.5), layout);
                List<Query> queries = Stream.of(1.5, 7.0, 1.5, 3.25)
                        .map(w -> new Query(Branch.main("cond", words().with(Conditioning.GUIDANCE, w)), X, new NoiseLevel(500, 0.6, 0.8)))
                        .toList();
                assertThat(denoiser.predict(queries, NEVER)).extracting(answer -> answer.noise().at(0)).containsExactly(1.5f, 7f, 1.5f, 3.25f);
            }
        }
    }

    private static Conditioning words() {
        return new Conditioning("", Map.of("encoder_hidden_states", new Embedding(new int[] {2, 8}, new float[16])));
    }

    @Test
    void aMainNetThatTakesTheWeightServesAsTheDistilledOne() {
        TinyFolder files = TinyFolder.write(folder.resolve("model"));
        guided().write(files.file("unet/model.onnx"));
        try (ModelPackage model = open(files)) {
            assertThat(model.denoiser().nets()).containsExactlyInAnyOrder(Branch.Net.MAIN, Branch.Net.DISTILLED);
            Branch branch = Branch.main("cond", model.text().encode("red", NEVER).with(Conditioning.GUIDANCE, 3)).to(Branch.Net.DISTILLED);
            Query query = new Query(branch, X, model.schedule().at(500));
            Latents raw = model.parameterization().fromPrediction(model.denoiser().predict(List.of(query), NEVER).getFirst(), X, query.level());
            assertThat((double) raw.at(0)).isEqualTo(3, within(1e-5));
        }
    }

    @Test
    void aDistilledCompanionWithoutAnInputForTheWeightIsRefused() {
        TinyFolder files = TinyFolder.write(folder.resolve("model"));
        files.denoiser(8).write(files.file("distilled/unet/model.onnx"));
        assertThatThrownBy(() -> open(files))
                .isInstanceOf(EngineException.ModelProblem.class)
                .hasMessageContaining("distilled/unet/model.onnx")
                .hasMessageContaining("an input for the guidance weight");
    }

    @Test
    void aCompanionThatIsMissingIsNamed() {
        TinyFolder files = TinyFolder.write(folder.resolve("model"));
        try (ModelPackage model = open(files)) {
            assertThatThrownBy(() -> ask(model, Branch.Net.DISTILLED)).hasMessageContaining("a model with a denoiser that takes the guidance weight as an input");
        }
    }

    /// `out_sample = sample*(a + b) + half + beside`: `a + b` is worked out when the net is loaded, `half` is in 16 bits, `beside` lies in another file.
    private static OnnxGraph weighted(float a, float b, float half) {
        short bits = Float.floatToFloat16(half);
        return new OnnxGraph()
                .input("sample", TensorType.FLOAT, "batch", 4, "height", "width")
                .input("timestep", TensorType.FLOAT)
                .input("encoder_hidden_states", TensorType.FLOAT, "batch", "sequence", 8)
                .output("out_sample", TensorType.FLOAT, "batch", 4, "height", "width")
                .weight("a", new long[] {1}, a)
                .weight("b", new long[] {1}, b)
                .weight("half", TensorType.FLOAT16, new long[] {1}, new byte[] {(byte) bits, (byte) (bits >> 8)})
                .external("beside", new long[] {4, 1, 1}, "beside.bin", 8, 16)
                .node("Add", List.of("a", "b"), List.of("gain"), Map.of())
                .node("Cast", List.of("half"), List.of("offset"), Map.of("to", 1L))
                .node("Mul", List.of("sample", "gain"), List.of("scaled"), Map.of())
                .node("Add", List.of("scaled", "offset"), List.of("moved"), Map.of())
                .node("Add", List.of("moved", "beside"), List.of("out_sample"), Map.of());
    }

    private static byte[] beside(float value) {
        ByteBuffer bytes = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 4; i++) {
            bytes.putFloat(8 + 4 * i, value + i);
        }
        return bytes.array();
    }

    private TinyFolder two(OnnxGraph main, OnnxGraph second) {
        TinyFolder files = TinyFolder.write(folder.resolve("model"));
        files.text("scheduler/scheduler_config.json", "{\"_class_name\": \"DDIMScheduler\", \"beta_schedule\": \"scaled_linear\", \"prediction_type\": \"epsilon\"}");
        main.write(files.file("unet/model.onnx"));
        files.bytes("unet/beside.bin", beside(0.3f));
        second.write(files.file("second/unet/model.onnx"));
        files.bytes("second/unet/beside.bin", beside(-1.7f));
        return files;
    }

    private static Latents mixed(ModelPackage model, double share) {
        Branch branch = Branch.main("cond", model.text().encode("red apple", NEVER).with(Conditioning.SHARE, share)).to(Branch.Net.MIXED);
        return model.denoiser().predict(List.of(new Query(branch, X, model.schedule().at(500))), NEVER).getFirst().noise();
    }

    @Test
    void weightsAreMixedBeforeTheNetIsOpened() {
        try (ModelPackage model = open(two(weighted(0.1f, 0.7f, 0.5f), weighted(1.3f, -0.4f, -2)))) {
            assertThat(mixed(model, 0)).as("all of the main net").isEqualTo(ask(model, Branch.Net.MAIN).noise());
            assertThat(mixed(model, 1)).as("all of the second net").isEqualTo(ask(model, Branch.Net.SECOND).noise());
            Latents quarter = mixed(model, 0.25);
            double gain = 0.75 * 0.8 + 0.25 * 0.9;
            double offset = 0.75 * 0.5 + 0.25 * -2 + 0.75 * 0.3 + 0.25 * -1.7;
            for (int i = 0; i < X.size(); i++) {
                int channel = i / 16;
                assertThat((double) quarter.at(i)).isEqualTo(gain * X.at(i) + offset + channel, within(1e-5));
            }
            assertThat(mixed(model, 0.25)).as("the same net again").isEqualTo(quarter);
        }
    }

    @Test
    void sharesOfOneCallAreKeptApart() {
        try (ModelPackage model = open(two(weighted(0, 0, 1), weighted(0, 0, 2)))) {
            List<Double> offsets = model.denoiser().predict(shares(model, 0.0, 0.5, 1.0, 0.5), NEVER).stream().map(answer -> Math.rint(100.0 * answer.noise().at(0)) / 100).toList();
            assertThat(offsets).containsExactly(1.3, 0.8, 0.3, 0.8);
        }
    }

    @Test
    void sharesThatAreAskedForTogetherStayOpen() throws IOException {
        TinyFolder files = two(weighted(0, 0, 1), weighted(0, 0, 2));
        try (ModelPackage model = open(files)) {
            List<Prediction> first = model.denoiser().predict(shares(model, 0.25, 0.75), NEVER);
            Files.delete(files.file("second/unet/beside.bin"));

            assertThat(model.denoiser().predict(shares(model, 0.25, 0.75), NEVER)).as("nothing is read again").isEqualTo(first);
            assertThat(model.denoiser().predict(shares(model, 0.75), NEVER)).isEqualTo(first.subList(1, 2));
            assertThat(model.denoiser().predict(shares(model, 0.25), NEVER)).isEqualTo(first.subList(0, 1));
            assertThatThrownBy(() -> model.denoiser().predict(shares(model, 0.25, 0.5), NEVER)).isInstanceOf(EngineException.ModelProblem.class);
            assertThatThrownBy(() -> model.denoiser().predict(shares(model, 0.75), NEVER)).as("a share that was left is closed").isInstanceOf(EngineException.ModelProblem.class);
        }
    }

    private static List<Query> shares(ModelPackage model, Double... shares) {
        return Stream.of(shares)
                .map(share -> new Query(Branch.main("cond", words().with(Conditioning.SHARE, share)).to(Branch.Net.MIXED), X, model.schedule().at(500)))
                .toList();
    }

    @Test
    void netsThatAreNotAlikeAreNotMixedAndTheMessageSaysWhy() {
        OnnxGraph main = weighted(1, 0, 0);
        refuses(main, weighted(1, 0, 0).weight("more", new long[] {1}, 3), "only one of the two has more");
        refuses(main, weighted(1, 0, 0).node("Identity", List.of("sample"), List.of("unused"), Map.of()), "the same operators as unet/model.onnx");
        byte[] one = {1, 0, 0, 0, 0, 0, 0, 0};
        byte[] two = {2, 0, 0, 0, 0, 0, 0, 0};
        refuses(
                weighted(1, 0, 0).weight("axes", TensorType.INT64, new long[] {1}, one),
                weighted(1, 0, 0).weight("axes", TensorType.INT64, new long[] {1}, two),
                "the same values in axes: int64[1]");
        refuses(
                weighted(1, 0, 0).weight("w", new long[] {2}, 1, 2),
                weighted(1, 0, 0).weight("w", new long[] {2, 1}, 1, 2),
                "w: float[2] as in unet/model.onnx");
        refuses(
                weighted(1, 0, 0).weight("q", TensorType.INT8, new long[] {1}, new byte[] {5}),
                weighted(1, 0, 0).weight("q", TensorType.INT8, new long[] {1}, new byte[] {7}),
                "a quantised export");
    }

    private void refuses(OnnxGraph main, OnnxGraph second, String reason) {
        try (ModelPackage model = open(two(main, second))) {
            assertThatThrownBy(() -> mixed(model, 0.5)).isInstanceOf(EngineException.ModelProblem.class).hasMessageContaining(reason);
            assertThat(ask(model, Branch.Net.MAIN)).as("the model goes on").isNotNull();
        }
    }

    private ModelPackage open(TinyFolder files) {
        return new OrtModelLoader(cache, 1).open(files.root(), DeviceWish.CPU, ModelLoader.LoadListener.SILENT, NEVER);
    }

    private static Prediction ask(ModelPackage model, Branch.Net net) {
        Branch branch = Branch.main("cond", model.text().encode("red apple", NEVER)).to(net);
        return model.denoiser().predict(List.of(new Query(branch, X, model.schedule().at(500))), NEVER).getFirst();
    }
}
