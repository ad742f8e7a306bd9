package org.lodestar.engine.internal.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.MemoryNeed;
import org.lodestar.engine.pack.ModelFolder;
import org.lodestar.engine.pack.ModelLoader;
import org.lodestar.engine.pack.ModelPackage;
import org.lodestar.engine.pack.OnnxFile;
import org.lodestar.engine.pack.TensorType;
import org.lodestar.engine.testing.OnnxGraph;
import org.lodestar.engine.testing.TinyFolder;

/// Networks that take turns in memory.
class TurnsTest {
    private static final CancelToken NEVER = new CancelToken();

    @TempDir
    Path folder;

    @TempDir
    static Path cache;

    private final OrtRuntime runtime = OrtRuntime.start(cache, 1);

    private OrtNet adding(double number, Turns turns) throws IOException {
        Path file = new OnnxGraph()
                .input("x", TensorType.FLOAT, 2)
                .output("y", TensorType.FLOAT, 2)
                .weight("number", new long[] {}, (float) number)
                .node("Add", List.of("x", "number"), List.of("y"), Map.of())
                .write(folder.resolve("add" + number + ".onnx"));
        OnnxFile header = OnnxFile.read(file);
        return OrtNet.open(runtime, runtime.choose(DeviceWish.CPU), OrtRuntime.Use.STEADY, "add " + number, file, header, CompiledForm.passing(header), turns);
    }

    private static float ask(OrtNet net) {
        try (OrtNet.Call call = net.call()) {
            call.input("x", 2).write(0, buffer -> buffer.put(new float[] {1, 2}));
            HostTensor out = call.output("y", 2);
            call.run(NEVER);
            float[] values = new float[2];
            out.read(0, 2, buffer -> buffer.get(values));
            return values[1];
        }
    }

    @Test
    void onlyTheOneCalledLastIsInMemory() throws IOException {
        Turns turns = new Turns();
        try (OrtNet one = adding(1, turns);
                OrtNet ten = adding(10, turns);
                OrtNet apart = adding(100, new Turns())) {
            assertThat(List.of(one.isInMemory(), ten.isInMemory(), apart.isInMemory())).as("the one opened last").containsExactly(false, true, true);
            for (int i = 0; i < 3; i++) {
                assertThat(ask(one)).isEqualTo(3);
                assertThat(List.of(one.isInMemory(), ten.isInMemory(), apart.isInMemory())).containsExactly(true, false, true);
                assertThat(ask(ten)).isEqualTo(12);
                assertThat(ask(apart)).isEqualTo(102);
                assertThat(List.of(one.isInMemory(), ten.isInMemory(), apart.isInMemory())).containsExactly(false, true, true);
            }
            try (OrtNet.Call _ = one.call()) {
                assertThatThrownBy(() -> ask(ten)).as("that one is in use").isInstanceOf(IllegalStateException.class).hasMessageContaining("within a call");
            }
            assertThat(ask(ten)).isEqualTo(12);
        }
    }

    @Test
    void aFileThatIsGoneWhenItsTurnComesIsSaidAndTheOthersGoOn() throws IOException {
        Turns turns = new Turns();
        try (OrtNet one = adding(1, turns);
                OrtNet ten = adding(10, turns)) {
            Files.delete(folder.resolve("add1.0.onnx"));
            assertThatThrownBy(() -> ask(one)).isInstanceOf(EngineException.class).hasMessageContaining("add 1");
            assertThat(ask(ten)).isEqualTo(12);
        }
    }

    @Test
    void aModelWhoseMemoryIsShortGivesTheSameNumbersAndSaysSo() {
        TinyFolder files = TinyFolder.write(folder.resolve("model"));
        MemoryNeed need = MemoryNeed.of(Objects.requireNonNull(ModelFolder.inspect(files.root()).contents()));
        try (ModelPackage whole = open(files, need.total() * 2);
                ModelPackage turning = open(files, need.total())) {
            assertThat(whole.info().notes()).noneMatch(note -> note.contains("in turn"));
            assertThat(turning.info().notes()).anyMatch(note -> note.contains("loaded in turn"));
            for (int i = 0; i < 2; i++) {
                assertThat(answer(turning)).isEqualTo(answer(whole));
            }
        }
        assertThatThrownBy(() -> open(files, need.inTurn() - 1)).isInstanceOf(EngineException.ModelTooLarge.class);
    }

    private ModelPackage open(TinyFolder files, long memory) {
        return new OrtModelLoader(cache, 1, false, Optional.of(memory)).open(files.root(), DeviceWish.CPU, ModelLoader.LoadListener.SILENT, NEVER);
    }

    private static List<Object> answer(ModelPackage model) {
        Latents x = Latents.zeros(4, 4, 4).like(i -> 0.01 * i);
        Query query = new Query(Branch.main("b", model.text().encode("red", NEVER)), x, model.schedule().at(500));
        return List.of(model.denoiser().predict(List.of(query), NEVER).getFirst().denoised(), model.codec().decode(x, NEVER));
    }
}
