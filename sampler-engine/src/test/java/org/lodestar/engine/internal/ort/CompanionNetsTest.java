package org.lodestar.engine.internal.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
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
                OrtDenoiser denoiser = new OrtDenoiser(Map.of(Branch.Net.MAIN, new OrtDenoiser.Source(() -> net, ports, Parameterization.EPS)), 8, layout);
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

    private ModelPackage open(TinyFolder files) {
        return new OrtModelLoader(cache, 1).open(files.root(), DeviceWish.CPU, ModelLoader.LoadListener.SILENT, NEVER);
    }

    private static Prediction ask(ModelPackage model, Branch.Net net) {
        Branch branch = Branch.main("cond", model.text().encode("red apple", NEVER)).to(net);
        return model.denoiser().predict(List.of(new Query(branch, X, model.schedule().at(500))), NEVER).getFirst();
    }
}
