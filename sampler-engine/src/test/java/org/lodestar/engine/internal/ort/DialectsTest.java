package org.lodestar.engine.internal.ort;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lodestar.engine.Engine;
import org.lodestar.engine.EngineOptions;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.ModelFolder;
import org.lodestar.engine.pack.PackageReport;
import org.lodestar.engine.pack.TensorType;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.run.OutputPlan;
import org.lodestar.engine.run.RunEvent;
import org.lodestar.engine.run.RunHandle;
import org.lodestar.engine.run.RunOutcome;
import org.lodestar.engine.run.RunRequest;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.engine.testing.OnnxGraph;
import org.lodestar.engine.testing.TinyFolder;

/// One Stable Diffusion 1 of a few kilobytes as every exporter writes it, from prompt to pixels: names, ranks and types differ, the picture does not.
class DialectsTest {
    private static final int SIDE = 64;
    private static final int WIDTH = 768;
    private static final String SCHEDULER =
            "{\"_class_name\": \"DDIMScheduler\", \"beta_start\": 0.00085, \"beta_end\": 0.012, \"beta_schedule\": \"scaled_linear\", \"steps_offset\": 1, \"set_alpha_to_one\": false, \"clip_sample\": false}";

    @TempDir
    Path folder;

    @TempDir
    static Path cache;

    /// How an exporter writes it.
    enum Dialect {
        OPTIMUM(TensorType.INT64, TensorType.FLOAT, TensorType.FLOAT, "", "model.onnx_data", "batch_size", "Optimum (its timestep is a scalar)"),
        OPTIMUM_OLDER(TensorType.INT64, TensorType.INT64, TensorType.FLOAT, "", "model.onnx_data", "batch_size", "Optimum (its timestep is a scalar)"),
        SCRIPT(TensorType.INT32, TensorType.FLOAT, TensorType.FLOAT, "batch", "weights.pb", "batch", "the diffusers script (its weights lie in weights.pb)"),
        SCRIPT_OLDER(TensorType.INT32, TensorType.INT64, TensorType.FLOAT, "batch", "weights.pb", "batch", "the diffusers script (its weights lie in weights.pb)"),
        OLIVE(TensorType.INT32, TensorType.FLOAT16, TensorType.FLOAT16, "unet_time_batch", "model.onnx.data", "unet_sample_batch", "Olive (names of its axes)"),
        AMUSE(TensorType.INT32, TensorType.FLOAT, TensorType.FLOAT, "1", "model.onnx.data", "unet_sample_batch",
                "OnnxStack / Amuse (names of its axes, and no model_index.json)"),
        NPU(TensorType.INT32, TensorType.DOUBLE, TensorType.FLOAT, "1", "model.onnx.data", "1", "OnnxStack / Amuse (its weights lie in .onnx.data, and there is no model_index.json)"),
        FIXED_PAIR(TensorType.INT64, TensorType.INT32, TensorType.FLOAT, "2", "onnx__Mul_1234", "2", "unknown");

        final TensorType ids;
        final TensorType time;
        final TensorType data;
        final String timeAxis;
        final String weights;
        final String batch;
        final String told;

        Dialect(TensorType ids, TensorType time, TensorType data, String timeAxis, String weights, String batch, String told) {
            this.ids = ids;
            this.time = time;
            this.data = data;
            this.timeAxis = timeAxis;
            this.weights = weights;
            this.batch = batch;
            this.told = told;
        }

        /// An axis as graphs declare it: a number or a name.
        static Object axis(String text) {
            return text.matches("\\d+") ? (Object) Integer.valueOf(text) : text;
        }

        boolean configured() {
            return this != AMUSE && this != NPU;
        }
    }

    private TinyFolder write(Dialect dialect) {
        TinyFolder files = TinyFolder.bare(folder.resolve("model"), WIDTH);
        textEncoder(dialect).write(files.file("text_encoder/model.onnx"));
        denoiser(dialect).write(files.file("unet/model.onnx"));
        decoder().write(files.file("vae_decoder/model.onnx"));
        files.bytes("unet/" + dialect.weights, ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putFloat(4, 0.0625f).array());
        if (dialect.configured()) {
            files.text("model_index.json", "{\"_class_name\": \"StableDiffusionPipeline\"}");
            files.text("scheduler/scheduler_config.json", SCHEDULER);
        }
        return files;
    }

    /// Every state is a number made of its token; `return_dict` is left in as some exports leave it.
    private static OnnxGraph textEncoder(Dialect dialect) {
        Object tokens = dialect == Dialect.OPTIMUM ? "sequence_length" : 77;
        float[] scale = new float[WIDTH];
        Arrays.fill(scale, 0.125f);
        return new OnnxGraph()
                .input("input_ids", dialect.ids, "batch", tokens)
                .output("last_hidden_state", TensorType.FLOAT, "batch", tokens, WIDTH)
                .output("pooler_output", TensorType.FLOAT, "batch", 1)
                .weight("scale", new long[] {1, 1, WIDTH}, scale)
                .weight("axis", new long[] {1}, 2)
                .weight("one", new long[] {1}, 1)
                .node("Cast", List.of("axis"), List.of("axes"), Map.of("to", 7L))
                .node("Cast", List.of("one"), List.of("ones"), Map.of("to", 7L))
                .node("Cast", List.of("input_ids"), List.of("ids"), Map.of("to", 1L))
                .node("Unsqueeze", List.of("ids", "axes"), List.of("column"), Map.of())
                .node("Mul", List.of("column", "scale"), List.of("last_hidden_state"), Map.of())
                .node("ReduceSum", List.of("ids", "ones"), List.of("pooler_output"), Map.of("keepdims", 1L));
    }

    /// `out_sample = w*sample + mean(states) + timestep/1024`, computed in 32 bits.
    private static OnnxGraph denoiser(Dialect dialect) {
        Object height = dialect == Dialect.NPU ? SIDE / 8 : "height";
        Object width = dialect == Dialect.NPU ? SIDE / 8 : "width";
        OnnxGraph graph = new OnnxGraph()
                .input("sample", dialect.data, Dialect.axis(dialect.batch), 4, height, width)
                .input("timestep", dialect.time, dialect.timeAxis.isEmpty() ? new Object[0] : new Object[] {Dialect.axis(dialect.timeAxis)})
                .input("encoder_hidden_states", dialect.data, Dialect.axis(dialect.batch), dialect == Dialect.OPTIMUM ? "sequence_length" : 77, WIDTH);
        if (dialect == Dialect.SCRIPT || dialect == Dialect.OLIVE) {
            graph.input("return_dict", TensorType.BOOL);
        }
        return graph
                .output("out_sample", dialect.data, Dialect.axis(dialect.batch), 4, height, width)
                .external("w", new long[] {1}, dialect.weights, 4, 4)
                .weight("part", new long[] {1}, 1f / 1024)
                .weight("shape", new long[] {4}, -1, 1, 1, 1)
                .weight("inner", new long[] {2}, 1, 2)
                .node("Cast", List.of("shape"), List.of("four"), Map.of("to", 7L))
                .node("Cast", List.of("inner"), List.of("axes"), Map.of("to", 7L))
                .node("Cast", List.of("sample"), List.of("x"), Map.of("to", 1L))
                .node("Cast", List.of("timestep"), List.of("t"), Map.of("to", 1L))
                .node("Cast", List.of("encoder_hidden_states"), List.of("states"), Map.of("to", 1L))
                .weight("each", new long[] {1}, 1f / (77 * WIDTH))
                .node("ReduceSum", List.of("states", "axes"), List.of("sum"), Map.of("keepdims", 0L))
                .node("Mul", List.of("sum", "each"), List.of("meaning"), Map.of())
                .node("Reshape", List.of("meaning", "four"), List.of("word"), Map.of())
                .node("Mul", List.of("t", "part"), List.of("share"), Map.of())
                .node("Reshape", List.of("share", "four"), List.of("time"), Map.of())
                .node("Mul", List.of("x", "w"), List.of("scaled"), Map.of())
                .node("Add", List.of("scaled", "word"), List.of("told"), Map.of())
                .node("Add", List.of("told", "time"), List.of("y"), Map.of())
                .node("Cast", List.of("y"), List.of("out_sample"), Map.of("to", OnnxGraph.code(dialect.data)));
    }

    /// A decoder so faint that no colour is cut off.
    private static OnnxGraph decoder() {
        float part = 0.04f;
        return new OnnxGraph()
                .input("latent_sample", TensorType.FLOAT, "batch", 4, "height", "width")
                .output("sample", TensorType.FLOAT, "batch", 3, "h", "w")
                .weight("mix", new long[] {3, 4, 1, 1}, part, 0, 0, 0, 0, part, 0, 0, 0, 0, part, 0)
                .weight("scales", new long[] {4}, 1, 1, 8, 8)
                .node("Conv", List.of("latent_sample", "mix"), List.of("rgb"), Map.of())
                .node("Resize", List.of("rgb", "", "scales"), List.of("sample"), Map.of());
    }

    private Rgb picture(TinyFolder files) throws InterruptedException {
        RunSpec spec = new RunSpec(
                files.root().toString(), "a b", "b", SIDE, SIDE, 3, 2, 4, Term.of("euler"), Term.of("trailing"), Term.parseStack("cfg(w=2)"), "torch", List.of());
        try (Engine engine = Engine.open(new EngineOptions(files.root(), cache, 1))) {
            RunHandle run = engine.submit(new RunRequest(List.of(spec), DeviceWish.CPU, OutputPlan.NONE));
            if (run.await() instanceof RunOutcome.Failed failed) {
                throw failed.problem();
            }
            return run.eventsSince(0).stream().filter(RunEvent.ImageFinished.class::isInstance).map(RunEvent.ImageFinished.class::cast).toList().getLast().image();
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyExporterGivesTheSamePicture(Dialect dialect) throws InterruptedException {
        Rgb wanted = picture(write(Dialect.OPTIMUM));
        assertThat(IntStream.range(0, wanted.toBytes().length).map(i -> wanted.toBytes()[i]).distinct().count()).as("a picture, not a plain area").isGreaterThan(20);
        TinyFolder files = write(dialect);
        PackageReport report = ModelFolder.inspect(files.root()).report();
        assertThat(report.problems()).isEmpty();
        assertThat(report.family()).isEqualTo("sd1");
        assertThat(report.exporter()).isEqualTo(dialect.told);
        Rgb found = picture(files);
        int allowed = dialect.data == TensorType.FLOAT16 ? 4 : 1;
        for (int i = 0; i < wanted.toBytes().length; i++) {
            assertThat(Math.abs((wanted.toBytes()[i] & 0xff) - (found.toBytes()[i] & 0xff))).as("byte %d", i).isLessThanOrEqualTo(allowed);
        }
    }

    @Test
    void filesOfTokenizerAndSchedulerMayLieBesideTheParts() throws InterruptedException {
        Rgb wanted = picture(write(Dialect.OPTIMUM));
        TinyFolder files = write(Dialect.OPTIMUM);
        files.text("scheduler_config.json", SCHEDULER);
        files.delete("scheduler/scheduler_config.json");
        for (String file : List.of("vocab.json", "merges.txt")) {
            files.delete("tokenizer/" + file);
        }
        files.delete("tokenizer");
        files.clip(".");
        files.text("notes.txt", "not a part of the model");
        ModelFolder found = ModelFolder.inspect(files.root());
        assertThat(found.report().problems()).isEmpty();
        List<Path> names = new ArrayList<>(Objects.requireNonNull(found.contents()).files());
        assertThat(names).extracting(file -> String.valueOf(file.getFileName())).contains("vocab.json", "merges.txt", "scheduler_config.json").doesNotContain("notes.txt");
        assertThat(picture(files)).isEqualTo(wanted);
    }
}
