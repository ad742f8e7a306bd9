package org.lodestar.engine.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.lodestar.engine.pack.TensorType;

/// A complete model folder of a few kilobytes: a denoiser that answers with its input, a decoder that enlarges. Write it, then break it.
public final class TinyFolder {
    private final Path root;

    private TinyFolder(Path root) {
        this.root = root;
    }

    /// Writes the whole folder.
    public static TinyFolder write(Path root) {
        TinyFolder folder = new TinyFolder(root);
        folder.textEncoder(8).write(folder.file("text_encoder/model.onnx"));
        folder.denoiser(8).write(folder.file("unet/model.onnx"));
        decoder().write(folder.file("vae_decoder/model.onnx"));
        folder.text("vae_decoder/config.json", "{\"block_out_channels\": [1, 1, 1, 1], \"scaling_factor\": 1.0}");
        folder.text("tokenizer/vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\nred\napple\n");
        folder.text("tokenizer/tokenizer_config.json", "{\"model_max_length\": 16}");
        folder.text("scheduler/scheduler_config.json", "{\"_class_name\": \"DDIMScheduler\", \"beta_schedule\": \"scaled_linear\", \"prediction_type\": \"v_prediction\"}");
        folder.text("model_index.json", "{\"_class_name\": \"StableDiffusionPipeline\"}");
        folder.text("unet/config.json", "{\"sample_size\": 16}");
        return folder;
    }

    /// The same folder as an exporter without configuration files leaves it, for a family that has CLIP text encoders.
    public static TinyFolder bare(Path root, int width) {
        TinyFolder folder = write(root);
        for (String file : List.of("vae_decoder/config.json", "tokenizer/vocab.txt", "tokenizer/tokenizer_config.json", "scheduler/scheduler_config.json", "model_index.json",
                "unet/config.json")) {
            folder.delete(file);
        }
        folder.clip("tokenizer");
        folder.textEncoder(width).write(folder.file("text_encoder/model.onnx"));
        folder.denoiser(width).write(folder.file("unet/model.onnx"));
        return folder;
    }

    /// Adds a CLIP tokenizer of five symbols.
    public void clip(String tokenizer) {
        text(tokenizer + "/vocab.json", "{\"<|startoftext|>\": 0, \"<|endoftext|>\": 1, \"!\": 2, \"a</w>\": 3, \"b</w>\": 4}");
        text(tokenizer + "/merges.txt", "#version: 0.2\na b</w>\n");
    }

    public Path root() {
        return root;
    }

    public Path file(String path) {
        return root.resolve(path);
    }

    /// Replaces a file by a text.
    public void text(String path, String content) {
        bytes(path, content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /// Replaces a file.
    public void bytes(String path, byte[] content) {
        try {
            Files.createDirectories(file(path).toAbsolutePath().getParent());
            Files.write(file(path), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Deletes a file or an empty folder.
    public void delete(String path) {
        try {
            Files.delete(file(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Cuts a file to its first `bytes`.
    public void cut(String path, int bytes) {
        try {
            bytes(path, java.util.Arrays.copyOf(Files.readAllBytes(file(path)), bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public OnnxGraph textEncoder(int width) {
        return new OnnxGraph()
                .input("input_ids", TensorType.INT64, "batch", "sequence")
                .output("last_hidden_state", TensorType.FLOAT, "batch", "sequence", width)
                .weight("ones", new long[] {1, 1, width}, ones(width))
                .weight("axis", new long[] {1}, 2)
                .node("Cast", List.of("axis"), List.of("axes"), Map.of("to", 7L))
                .node("Cast", List.of("input_ids"), List.of("ids"), Map.of("to", 1L))
                .node("Unsqueeze", List.of("ids", "axes"), List.of("column"), Map.of())
                .node("Mul", List.of("column", "ones"), List.of("last_hidden_state"), Map.of());
    }

    public OnnxGraph denoiser(int width) {
        return new OnnxGraph()
                .input("sample", TensorType.FLOAT, "batch", 4, "height", "width")
                .input("timestep", TensorType.FLOAT)
                .input("encoder_hidden_states", TensorType.FLOAT, "batch", "sequence", width)
                .output("out_sample", TensorType.FLOAT, "batch", 4, "height", "width")
                .node("Identity", List.of("sample"), List.of("out_sample"), Map.of());
    }

    /// Adds a classifier of three labels, its gradient and a scorer, all on latents.
    public TinyFolder withCompanions() {
        seeing("latent_sample", 4, "logits", 3).write(file("classifier/model.onnx"));
        text("classifier/labels.txt", "cat\ndog\nfire engine\n");
        gradient(3).write(file("gradient/model.onnx"));
        seeing("latent_sample", 4, "embedding", 8).write(file("scorer/model.onnx"));
        return this;
    }

    /// A network that puts out the means of the picture's channels, the first output that of the first channel and so on, and zeros beyond.
    ///
    /// @param width numbers it puts out
    public static OnnxGraph seeing(String input, int channels, String output, int width) {
        float[] mix = new float[channels * width];
        for (int i = 0; i < Math.min(channels, width); i++) {
            mix[i * width + i] = 1;
        }
        return new OnnxGraph()
                .input(input, TensorType.FLOAT, "batch", channels, "height", "width")
                .output(output, TensorType.FLOAT, "batch", width)
                .weight("mix", new long[] {channels, width}, mix)
                .node("GlobalAveragePool", List.of(input), List.of("means"), Map.of())
                .node("Flatten", List.of("means"), List.of("row"), Map.of("axis", 1L))
                .node("MatMul", List.of("row", "mix"), List.of(output), Map.of());
    }

    /// The gradient of a classifier whose logits are sums over channels: ones in the label's channel.
    public static OnnxGraph gradient(int labels) {
        float[] rows = new float[labels * 4];
        for (int label = 0; label < labels; label++) {
            rows[label * 4 + label] = 1;
        }
        return new OnnxGraph()
                .input("latent_sample", TensorType.FLOAT, "batch", 4, "height", "width")
                .input("label", TensorType.INT64, "batch")
                .output("gradient", TensorType.FLOAT, "batch", 4, "height", "width")
                .weight("rows", new long[] {labels, 4, 1, 1}, rows)
                .node("Gather", List.of("rows", "label"), List.of("row"), Map.of("axis", 0L))
                .node("Sub", List.of("latent_sample", "latent_sample"), List.of("zeros"), Map.of())
                .node("Add", List.of("zeros", "row"), List.of("gradient"), Map.of());
    }

    private static OnnxGraph decoder() {
        return decoderOf(TensorType.FLOAT);
    }

    /// A decoder that declares another type than its weights have: to be looked at, not run, unless it is FLOAT.
    public static OnnxGraph decoderOf(TensorType type) {
        return new OnnxGraph()
                .input("latent_sample", type, "batch", 4, "height", "width")
                .output("sample", type, "batch", 3, "h", "w")
                .weight("mix", new long[] {3, 4, 1, 1}, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0)
                .weight("scales", new long[] {4}, 1, 1, 8, 8)
                .node("Conv", List.of("latent_sample", "mix"), List.of("rgb"), Map.of())
                .node("Resize", List.of("rgb", "", "scales"), List.of("sample"), Map.of());
    }

    private static float[] ones(int n) {
        float[] ones = new float[n];
        java.util.Arrays.fill(ones, 1);
        return ones;
    }
}
