package org.lodestar.engine.internal.ort;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.model.Denoiser;
import org.lodestar.engine.model.Embedding;
import org.lodestar.engine.model.Parameterization;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.pack.DenoiserPorts;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.ModelFolder;
import org.lodestar.engine.pack.OnnxFile;
import org.lodestar.engine.pack.TensorType;
import org.lodestar.engine.schedule.NoiseLevel;
import org.lodestar.engine.testing.OnnxGraph;
import org.lodestar.engine.testing.TinyFolder;

/// A denoiser whose answers overflow on a device is asked again on the CPU. The two networks stand for the two devices: one takes the logarithm of negative numbers.
class SecondTryTest {
    @TempDir
    Path folder;

    private OrtRuntime runtime;
    private DenoiserPorts ports;

    @BeforeEach
    void start() {
        runtime = OrtRuntime.start(folder, 1);
        TinyFolder model = TinyFolder.write(folder.resolve("model"));
        ports = Objects.requireNonNull(Objects.requireNonNull(ModelFolder.inspect(model.root()).contents()).denoisers().get(Branch.Net.MAIN)).ports();
    }

    private OrtNet net(String operator) {
        OnnxGraph graph = new OnnxGraph()
                .input("sample", TensorType.FLOAT, "batch", 4, "height", "width")
                .input("timestep", TensorType.FLOAT)
                .input("encoder_hidden_states", TensorType.FLOAT, "batch", "sequence", 8)
                .output("out_sample", TensorType.FLOAT, "batch", 4, "height", "width")
                .node(operator, List.of("sample"), List.of("out_sample"), Map.of());
        try {
            Path file = graph.write(folder.resolve(operator + ".onnx"));
            return OrtNet.open(runtime, runtime.choose(DeviceWish.CPU), OrtRuntime.Use.STEADY, operator, file, OnnxFile.read(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Query query(double value) {
        Conditioning told = new Conditioning("a", Map.of(OrtTextEncoder.STATES, new Embedding(new int[] {2, 8}, new float[16])));
        return new Query(Branch.main("cond", told), Latents.zeros(4, 2, 2).like(i -> value), new NoiseLevel(500, 0.6, 0.8));
    }

    private Latents answer(OrtNet usual, Optional<Supplier<OrtNet>> exact, double value) {
        OrtDenoiser.Source source = new OrtDenoiser.Source(told -> usual, ports, Parameterization.X0, 0, 1, exact);
        return new OrtDenoiser(Map.of(Branch.Net.MAIN, source), new DenoiserInputs(8, 8.5), CallLayout.EACH).predict(List.of(query(value)), new CancelToken()).getFirst().denoised();
    }

    @Test
    void numbersThatAreNotFiniteAreComputedAgainOnTheCpu() {
        try (OrtNet broken = net("Log");
                OrtNet exact = net("Identity")) {
            assertThat(LatentOps.isFinite(answer(broken, Optional.empty(), -1))).isFalse();
            assertThat(answer(broken, Optional.of(() -> exact), -1).toArray()).containsOnly(-1);
        }
    }

    @Test
    void inARunTheCpuIsKeptAndSaidOnce() {
        AtomicInteger usualAsked = new AtomicInteger();
        List<String> said = new ArrayList<>();
        try (OrtNet broken = net("Log");
                OrtNet exact = net("Identity")) {
            OrtDenoiser.Source source = new OrtDenoiser.Source(
                    told -> {
                        usualAsked.incrementAndGet();
                        return broken;
                    },
                    ports, Parameterization.X0, 0, 1, Optional.of(() -> exact));
            OrtDenoiser model = new OrtDenoiser(Map.of(Branch.Net.MAIN, source), new DenoiserInputs(8, 8.5), CallLayout.EACH);
            Denoiser run = model.forRun(said::add);
            assertThat(first(run, 1)).containsOnly(0); // sound, so the device answers: log(1)
            assertThat(said).isEmpty();
            for (int step = 0; step < 3; step++) {
                assertThat(first(run, -1)).containsOnly(-1);
            }
            assertThat(first(run, 1)).containsOnly(1); // stays on the CPU
            assertThat(usualAsked).hasValue(2);
            assertThat(said).hasSize(1).first().asString().contains("not finite").endsWith("the CPU computes it for the rest of the run.");

            assertThat(first(model.forRun(said::add), 1)).containsOnly(0); // another run begins on the device
            assertThat(usualAsked).hasValue(3);
        }
    }

    private static float[] first(Denoiser denoiser, double value) {
        return denoiser.predict(List.of(query(value)), new CancelToken()).getFirst().denoised().toArray();
    }

    @Test
    void aSoundAnswerIsNotAskedForTwice() {
        try (OrtNet usual = net("Log")) {
            Supplier<OrtNet> never = () -> {
                throw new AssertionError("asked again");
            };
            assertThat(answer(usual, Optional.of(never), 1).toArray()).containsOnly(0);
        }
    }
}
