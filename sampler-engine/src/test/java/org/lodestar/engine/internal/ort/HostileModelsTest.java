package org.lodestar.engine.internal.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Cancelled;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.ModelFolder;
import org.lodestar.engine.pack.ModelLoader;
import org.lodestar.engine.pack.ModelPackage;
import org.lodestar.engine.pack.TensorType;
import org.lodestar.engine.testing.OnnxGraph;
import org.lodestar.engine.testing.TinyFolder;

/// Folders that pass the inspection and are refused by the runtime, or fail later: always with a sentence, with nothing left open, and with the program going on.
class HostileModelsTest {
    private static final CancelToken NEVER = new CancelToken();

    @TempDir
    Path temp;

    @TempDir
    static Path cache;

    private TinyFolder folder;

    @BeforeEach
    void write() {
        folder = TinyFolder.write(temp.resolve("tiny"));
    }

    private ModelPackage open() {
        return new OrtModelLoader(cache, 1).open(folder.root(), DeviceWish.CPU, ModelLoader.LoadListener.SILENT, NEVER);
    }

    private static List<Latents> ask(ModelPackage model) {
        Query query = new Query(Branch.main("b", model.text().encode("red apple", NEVER)), Latents.zeros(4, 4, 4).like(i -> i), model.schedule().at(500));
        return model.denoiser().predict(List.of(query), NEVER).stream().map(answer -> answer.denoised()).toList();
    }

    @Test
    void theTinyFolderItselfRuns() {
        try (ModelPackage model = open()) {
            assertThat(ask(model)).hasSize(1);
            assertThat(model.codec().decode(Latents.zeros(4, 4, 4), NEVER).width()).isEqualTo(32);
            assertThat(model.codec().canEncode()).isFalse();
            assertThatThrownBy(() -> model.codec().encode(model.codec().decode(Latents.zeros(4, 4, 4), NEVER), NEVER)).isInstanceOf(EngineException.ModelProblem.class);
        }
    }

    @Test
    void refusesAnExportForGpusBeforeLoadingIt() {
        folder.denoiser(8).node("com.microsoft", "NhwcConv", List.of("sample", "sample"), List.of("z"), Map.of()).write(folder.file("unet/model.onnx"));

        assertThatThrownBy(this::open).isInstanceOf(EngineException.ModelProblem.class).hasMessageContaining("an export for GPUs (NhwcConv)");
    }

    @Test
    void refusesWhatTheRuntimeRefuses() {
        List<OnnxGraph> graphs = List.of(
                folder.denoiser(8).node("NoSuchOperator", List.of("sample"), List.of("z"), Map.of()),
                folder.denoiser(8).node("Add", List.of("sample", "b"), List.of("a"), Map.of()).node("Add", List.of("sample", "a"), List.of("b"), Map.of()),
                folder.denoiser(8).node("Identity", List.of("nowhere"), List.of("z"), Map.of()),
                folder.denoiser(8).node("Cast", List.of("sample"), List.of("z"), Map.of("to", 999L)));
        for (OnnxGraph graph : graphs) {
            graph.write(folder.file("unet/model.onnx"));
            assertThatThrownBy(this::open).isInstanceOf(EngineException.ModelProblem.class).hasMessageStartingWith("unet/model.onnx: expected an ONNX network that loads");
        }
        folder.denoiser(8).write(folder.file("unet/model.onnx"));
        open().close();
    }

    /// The inspection knows the newest operator set by a number: the runtime itself is asked whether it is right.
    @Test
    void theInspectionTakesTheOperatorSetsThatTheRuntimeTakes() {
        int newest = IntStream.rangeClosed(17, 99).takeWhile(version -> {
            folder.denoiser(8).opset(version).write(folder.file("unet/model.onnx"));
            return loads(folder.file("unet/model.onnx"));
        }).max().orElseThrow();

        folder.denoiser(8).opset(newest).write(folder.file("unet/model.onnx"));
        assertThat(ModelFolder.inspect(folder.root()).report().problems()).isEmpty();
        folder.denoiser(8).opset(newest + 1).write(folder.file("unet/model.onnx"));
        assertThat(ModelFolder.inspect(folder.root()).report().problems()).singleElement().asString()
                .contains("operator set " + (newest + 1)).contains("newer than the newest that can be run, " + newest);
    }

    /// What the inspection keeps from the CPU is what the runtime refuses there.
    @Test
    void refusesArithmeticInBfloat16BeforeLoadingIt() {
        byte[] ones = new byte[] {(byte) 0x80, 0x3f, (byte) 0x80, 0x3f, (byte) 0x80, 0x3f, (byte) 0x80, 0x3f};
        for (String product : List.of("Conv", "MatMul", "Gemm")) {
            long[] dims = product.equals("Conv") ? new long[] {1, 4, 1, 1} : new long[] {2, 2};
            Object[] shape = product.equals("Conv") ? new Object[] {1, 4, 8, 8} : new Object[] {2, 2};
            Path alone = new OnnxGraph()
                    .input("x", TensorType.BFLOAT16, shape).output("y", TensorType.BFLOAT16, product.equals("Conv") ? new Object[] {1, 1, 8, 8} : shape).opset(22)
                    .weight("w", TensorType.BFLOAT16, dims, ones).node(product, List.of("x", "w"), List.of("y"), Map.of()).write(temp.resolve(product + ".onnx"));
            assertThat(loads(alone)).as(product).isFalse();
        }
        folder.denoiser(8).opset(22).weight("w", TensorType.BFLOAT16, new long[] {1, 4, 1, 1}, ones)
                .node("Cast", List.of("sample"), List.of("narrow"), Map.of("to", 16L)).node("Conv", List.of("narrow", "w"), List.of("z"), Map.of()).write(folder.file("unet/model.onnx"));
        assertThatThrownBy(this::open).isInstanceOf(EngineException.ModelProblem.class).hasMessageContaining("an export for GPUs (arithmetic in bfloat16)");
    }

    private static boolean loads(Path network) {
        OrtRuntime runtime = OrtRuntime.start(cache, 1);
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            runtime.environment().createSession(network.toString(), options).close();
            return true;
        } catch (OrtException e) {
            assertThat(OrtFaults.brief(e)).doesNotContain("Error code", "Load model from", "onnxruntime::");
            return false;
        }
    }

    @Test
    void failsWithASentenceWhereAGraphAsksForMoreMemoryThanThereIs() {
        new OnnxGraph()
                .input("sample", TensorType.FLOAT, "batch", 4, "height", "width")
                .input("timestep", TensorType.FLOAT)
                .input("encoder_hidden_states", TensorType.FLOAT, "batch", "sequence", 8)
                .output("out_sample", TensorType.FLOAT, "batch", 4, "height", "width")
                .weight("size", new long[] {2}, 1 << 24, 1 << 24)
                .node("Cast", List.of("size"), List.of("dims"), Map.of("to", 7L))
                .node("ConstantOfShape", List.of("dims"), List.of("petabyte"), Map.of())
                .node("ReduceSum", List.of("petabyte"), List.of("sum"), Map.of("keepdims", 0L))
                .node("Add", List.of("sample", "sum"), List.of("out_sample"), Map.of())
                .write(folder.file("unet/model.onnx"));

        assertThatThrownBy(() -> {
                    try (ModelPackage model = open()) {
                        ask(model);
                    }
                })
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("unet/model.onnx");
    }

    @Test
    void saysThatADecoderGivesNoPicture() {
        new OnnxGraph()
                .input("latent_sample", TensorType.FLOAT, "batch", 4, "height", "width")
                .output("sample", TensorType.FLOAT, "batch", 3, "h", "w")
                .weight("mix", new long[] {3, 4, 1, 1}, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0)
                .weight("scales", new long[] {4}, 1, 1, 8, 8)
                .node("Conv", List.of("latent_sample", "mix"), List.of("rgb"), Map.of())
                .node("Log", List.of("rgb"), List.of("log"), Map.of())
                .node("Resize", List.of("log", "", "scales"), List.of("sample"), Map.of())
                .write(folder.file("vae_decoder/model.onnx"));

        assertThatThrownBy(() -> {
                    try (ModelPackage model = open()) {
                        model.codec().decode(Latents.zeros(4, 4, 4).like(i -> -1), NEVER);
                    }
                })
                .isInstanceOf(EngineException.NumericalFailure.class)
                .hasMessageContaining("not a picture");
    }

    @Test
    void stopsLoadingWhenCancelled() {
        CancelToken cancel = new CancelToken();

        assertThatThrownBy(() -> new OrtModelLoader(cache, 1)
                        .open(
                                folder.root(),
                                DeviceWish.CPU,
                                (phase, fraction) -> {
                                    if (phase.equals("denoiser")) {
                                        cancel.cancel();
                                    }
                                },
                                cancel))
                .isInstanceOf(Cancelled.class);
    }
}
