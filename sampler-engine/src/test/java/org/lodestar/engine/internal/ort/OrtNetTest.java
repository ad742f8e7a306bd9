package org.lodestar.engine.internal.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Cancelled;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.model.Embedding;
import org.lodestar.engine.model.Parameterization;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.pack.DenoiserPorts;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.OnnxFile;
import org.lodestar.engine.pack.TensorType;
import org.lodestar.engine.schedule.NoiseLevel;
import org.lodestar.engine.testing.OnnxGraph;

/// Small hand-made graphs: every type and shape a denoiser may declare, stopping, closing, failing.
class OrtNetTest {
    private static final CancelToken NEVER = new CancelToken();
    private static final NoiseLevel LEVEL = new NoiseLevel(601.25, 0.6, 0.8);

    @TempDir
    static Path folder;

    private static OrtRuntime runtime;

    @BeforeAll
    static void start() {
        runtime = OrtRuntime.start(folder, 2);
    }

    /// `out_sample = sample + timestep + mean(encoder_hidden_states)`, in float inside, whatever the types outside.
    private static OnnxGraph denoiser(TensorType data, TensorType time, Object batch, Object... timeDims) {
        OnnxGraph graph = new OnnxGraph()
                .input("sample", data, batch, 4, "h", "w")
                .input("timestep", time, timeDims)
                .input("encoder_hidden_states", data, batch, "n", 3)
                .output("out_sample", data, batch, 4, "h", "w")
                .node("Cast", List.of("sample"), List.of("x"), Map.of("to", 1L))
                .node("Cast", List.of("timestep"), List.of("t"), Map.of("to", 1L))
                .node("Cast", List.of("encoder_hidden_states"), List.of("c"), Map.of("to", 1L))
                .node("ReduceMean", List.of("c"), List.of("m"), Map.of("keepdims", 1L))
                .node("Add", List.of("x", "m"), List.of("xm"), Map.of());
        if (timeDims.length == 0) {
            graph.node("Add", List.of("xm", "t"), List.of("y"), Map.of());
        } else {
            graph.node("ReduceMean", List.of("t"), List.of("ts"), Map.of("keepdims", 0L)).node("Add", List.of("xm", "ts"), List.of("y"), Map.of());
        }
        return graph.node("Cast", List.of("y"), List.of("out_sample"), Map.of("to", OnnxGraph.code(data)));
    }

    private static OrtNet open(OnnxGraph graph, String name) throws IOException {
        Path file = graph.write(folder.resolve(name + ".onnx"));
        return OrtNet.open(runtime, runtime.choose(DeviceWish.CPU), OrtRuntime.Use.STEADY, name, file, OnnxFile.read(file));
    }

    private static OrtDenoiser denoiser(OrtNet net, CallLayout layout) {
        DenoiserPorts ports = DenoiserPorts.of(net.header(), net.name(), new ArrayList<>()).orElseThrow();
        return new OrtDenoiser(Map.of(Branch.Net.MAIN, new OrtDenoiser.Source(() -> net, ports, Parameterization.EPS)), new DenoiserInputs(8, 8.5), layout);
    }

    private static Query query(int index, double embedding) {
        Embedding states = new Embedding(new int[] {2, 3}, new float[] {(float) embedding, (float) embedding, (float) embedding, (float) embedding, (float) embedding, (float) embedding});
        Latents x = Latents.zeros(4, 3, 5).like(i -> i % 7 + index);
        return new Query(Branch.main("b", new Conditioning("", Map.of("encoder_hidden_states", states))), x, LEVEL);
    }

    @ParameterizedTest
    @CsvSource({
        "FLOAT, FLOAT, 601.25", "FLOAT, INT64, 601", "FLOAT, INT32, 601", "FLOAT, DOUBLE, 601.25", "FLOAT16, FLOAT16, 601.5", "FLOAT16, INT64, 601", "DOUBLE, DOUBLE, 601.25"
    })
    void feedsEveryTypeAtEveryRankAndBatch(TensorType data, TensorType time, double seen) throws IOException {
        Object[][] shapes = {{"b"}, {"b", "b"}, {"b", 1L}, {1L}, {1L, 1L}, {2L}, {2L, 2L}};
        for (Object[] shape : shapes) {
            Object[] timeDims = shape.length == 1 ? new Object[0] : new Object[] {shape[1]};
            for (CallLayout layout : CallLayout.values()) {
                try (OrtNet net = open(denoiser(data, time, shape[0], timeDims), "types")) {
                    List<Query> queries = List.of(query(0, 0.5), query(1, 0.5), query(2, 0.5));

                    List<Prediction> answers = denoiser(net, layout).predict(queries, NEVER);

                    for (int i = 0; i < 3; i++) {
                        Latents x = queries.get(i).x();
                        Latents noise = answers.get(i).noise();
                        for (int k = 0; k < x.size(); k++) {
                            assertThat((double) noise.at(k)).isCloseTo(x.at(k) + seen + 0.5, within(data == TensorType.FLOAT16 ? 0.5 : 1e-3));
                        }
                    }
                }
            }
        }
    }

    @Test
    void keepsQueriesOfDifferentTimesShapesAndTextLengthsApart() throws IOException {
        try (OrtNet net = open(denoiser(TensorType.FLOAT, TensorType.FLOAT, "b"), "mixed")) {
            Query first = query(0, 1);
            Query later = new Query(first.branch(), first.x(), new NoiseLevel(5, 0.6, 0.8));
            Query wide = new Query(first.branch(), Latents.zeros(4, 2, 8), LEVEL);
            Query longer = new Query(
                    Branch.main("l", new Conditioning("", Map.of("encoder_hidden_states", new Embedding(new int[] {4, 3}, new float[12])))), first.x(), LEVEL);

            List<Prediction> answers = denoiser(net, CallLayout.TOGETHER).predict(List.of(first, later, wide, longer), NEVER);

            assertThat(answers).extracting(p -> (double) p.noise().at(0)).containsExactly(602.25, 6.0, 602.25, 601.25);
            assertThat(answers.get(2).noise().shape()).isEqualTo("4x2x8");
        }
    }

    @Test
    void refusesAnInputThatNothingProvides() throws IOException {
        OnnxGraph graph = denoiser(TensorType.FLOAT, TensorType.FLOAT, "b").input("mystery", TensorType.FLOAT, "b", 2);
        List<Problem> problems = new ArrayList<>();

        assertThat(DenoiserPorts.of(OnnxFile.read(graph.write(folder.resolve("mystery.onnx"))), "unet/model.onnx", problems)).isEmpty();

        assertThat(problems).singleElement().asString().contains("mystery: float[b,2]");
    }

    @ParameterizedTest
    @EnumSource(
            value = TensorType.class,
            names = {"FLOAT", "FLOAT16", "BFLOAT16", "DOUBLE"})
    void carriesNumbersThroughEveryFloatingType(TensorType type) throws Exception {
        try (HostTensor tensor = new HostTensor(runtime.environment(), type, new long[] {2, 3})) {
            float[] values = {0, 1, -2.5f, 1024, 0.125f, -0.5f};

            tensor.write(0, buffer -> buffer.put(values));

            float[] back = new float[6];
            tensor.read(0, 6, buffer -> buffer.get(back));
            assertThat(back).containsExactly(values);
            assertThat(tensor.tensor().getInfo().getShape()).containsExactly(2, 3);
        }
    }

    /// A chain of matrix products that takes seconds.
    private static OnnxGraph slow(int products) {
        int n = 512;
        OnnxGraph graph = new OnnxGraph().input("a", TensorType.FLOAT, n, n).output("z", TensorType.FLOAT, n, n);
        String last = "a";
        for (int i = 0; i < products; i++) {
            String next = i == products - 1 ? "z" : "m" + i;
            graph.node("MatMul", List.of(last, "a"), List.of(next), Map.of());
            last = next;
        }
        return graph;
    }

    @Test
    void stopsInTheMiddleOfARunAndWorksAgainAfterwards() throws Exception {
        try (OrtNet net = open(slow(4000), "slow");
                ExecutorService other = Executors.newSingleThreadExecutor()) {
            CancelToken cancel = new CancelToken();
            CountDownLatch started = new CountDownLatch(1);
            Future<?> run = other.submit(() -> {
                try (OrtNet.Call call = net.call()) {
                    call.input("a", 512, 512).fill(0);
                    call.output("z", 512, 512);
                    started.countDown();
                    call.run(cancel);
                }
            });
            started.await();
            TimeUnit.MILLISECONDS.sleep(50);
            long stopped = System.nanoTime();
            cancel.cancel();

            assertThatThrownBy(run::get).hasCauseInstanceOf(Cancelled.class);
            assertThat(System.nanoTime() - stopped).isLessThan(TimeUnit.SECONDS.toNanos(5)); // the whole run takes more than ten
        }
        try (OrtNet net = open(slow(3), "quick")) {
            assertThatThrownBy(() -> once(net, 512, cancelled())).isInstanceOf(Cancelled.class);
            once(net, 512, NEVER);
        }
    }

    private static CancelToken cancelled() {
        CancelToken token = new CancelToken();
        token.cancel();
        return token;
    }

    private static void once(OrtNet net, int n, CancelToken cancel) {
        try (OrtNet.Call call = net.call()) {
            call.input("a", n, n).fill(0.5);
            call.output("z", n, n);
            call.run(cancel);
        }
    }

    @Test
    void closingWaitsForTheRunThatIsInside() throws Exception {
        for (int round = 0; round < 6; round++) {
            OrtNet net = open(slow(20), "race");
            AtomicInteger refused = new AtomicInteger();
            try (ExecutorService pool = Executors.newFixedThreadPool(3)) {
                List<Future<?>> runs = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    runs.add(pool.submit(() -> {
                        try {
                            while (!Thread.currentThread().isInterrupted()) {
                                once(net, 512, NEVER);
                            }
                        } catch (IllegalStateException closed) {
                            refused.incrementAndGet();
                        }
                    }));
                }
                TimeUnit.MILLISECONDS.sleep(10L * round);
                net.close();
                net.close();
                for (Future<?> run : runs) {
                    run.get();
                }
            }
            assertThat(refused).hasValue(3);
        }
    }

    @Test
    void saysInWordsWhatIsWrongWithAFile() throws IOException {
        OnnxFile header = OnnxFile.read(slow(1).write(folder.resolve("sound.onnx")));
        Path text = Files.writeString(folder.resolve("text.onnx"), "this is not a network at all");
        Path unknown = new OnnxGraph().input("a", TensorType.FLOAT, 1).output("z", TensorType.FLOAT, 1)
                .node("com.microsoft", "NhwcConv", List.of("a", "a"), List.of("z"), Map.of()).domain("com.microsoft", 1).write(folder.resolve("gpu.onnx"));

        assertThatThrownBy(() -> OrtNet.open(runtime, runtime.choose(DeviceWish.CPU), OrtRuntime.Use.STEADY, "unet/model.onnx", text, header))
                .isInstanceOf(EngineException.ModelProblem.class)
                .hasMessageStartingWith("unet/model.onnx: expected an ONNX network that loads, found a file that is damaged or not an ONNX model.");
        assertThatThrownBy(() -> OrtNet.open(runtime, runtime.choose(DeviceWish.CPU), OrtRuntime.Use.STEADY, "unet/model.onnx", unknown, header))
                .isInstanceOf(EngineException.ModelProblem.class);
    }

    @Test
    void failsWithASentenceWhenTheNumbersDoNotFit() throws IOException {
        OnnxGraph graph = new OnnxGraph().input("a", TensorType.FLOAT, "n", "n").output("z", TensorType.FLOAT, "n", "n")
                .weight("w", new long[] {3, 3}, 1, 0, 0, 0, 1, 0, 0, 0, 1).node("MatMul", List.of("a", "w"), List.of("z"), Map.of());
        try (OrtNet net = open(graph, "misfit")) {
            once(net, 3, NEVER);
            assertThatThrownBy(() -> once(net, 4, NEVER))
                    .isInstanceOf(EngineException.InferenceFailure.class)
                    .hasMessageStartingWith("The network misfit failed while running (");
            once(net, 3, NEVER);
        }
    }
}
