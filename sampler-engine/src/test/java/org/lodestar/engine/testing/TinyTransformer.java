package org.lodestar.engine.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.lodestar.engine.pack.TensorType;

/// Model folders of a few kilobytes with transformers or a UNet told more than text, whose answers depend on every input in a known way.
///
/// Text networks: the states of the token `id` in layer `l` are `(l + 1)*id*(1 + column)`, the row for the whole text is `sum of ids * (1 + column)`; those with an `attention_mask` add 10 to tokens that
/// count.
///
/// Transformers: `out = X + score`, where `X` is the state times `gain`, and for patches times the number of the column in the row plus `100*row + column` of the patch's place, and
///
/// `score = time*timestep + 100*guidance + 1e-2*sum_i (i + 1)*(states_i . (1, 1/2, 1/3, ...)) + 1e-3*sum_j (j + 1)*pooled_j + sum_i mask_i*(i + 1)/8 + sum txt_ids + resolution . (1, 2)/64 + aspect_ratio + time_ids . (1, 2, 3, 4, 5)/64`
public final class TinyTransformer {
    public static final int CLIP_CONTEXT = 5;
    public static final int T5_CONTEXT = 4;
    private final TinyFolder folder;
    private final OnnxGraph graph = new OnnxGraph();
    private final List<String> terms = new ArrayList<>();
    private final int channels;
    private final boolean patches;
    private final String file;
    private final String state;
    private final String answer;

    private TinyTransformer(TinyFolder folder, int channels, boolean patches) {
        this(folder, channels, patches, "transformer/model.onnx", "hidden_states", "out_hidden_states");
    }

    private TinyTransformer(TinyFolder folder, int channels, boolean patches, String file, String state, String answer) {
        this.folder = folder;
        this.channels = channels;
        this.patches = patches;
        this.file = file;
        this.state = state;
        this.answer = answer;
    }

    /// A UNet that is told the second text encoder's states, its row for the text, and five size numbers.
    public static TinyFolder refiner(Path root) {
        TinyFolder folder = base(root, 4, "{\"_class_name\": \"DDIMScheduler\", \"beta_schedule\": \"scaled_linear\", \"prediction_type\": \"epsilon\", \"clip_sample\": false}");
        folder.delete("text_encoder/model.onnx");
        folder.delete("text_encoder");
        clip(folder, "tokenizer_2", "text_encoder_2", 2);
        TinyTransformer unet = new TinyTransformer(folder, 4, false, "unet/model.onnx", "sample", "out_sample");
        unet.told("text_embeds", TensorType.FLOAT, 1e-3f, 2);
        unet.told("time_ids", TensorType.FLOAT, 1 / 64f, 5);
        unet.write(CLIP_CONTEXT, 2, 0, 0.001f, false);
        return folder;
    }

    /// The two CLIP encoders (3 and 2 wide), T5 (6 wide), the transformer. T5's slot is left out without `t5`.
    public static TinyFolder sd3(Path root, boolean t5, double gain) {
        TinyFolder folder = base(root, 16, "{\"_class_name\": \"FlowMatchEulerDiscreteScheduler\", \"shift\": 3.0}");
        clip(folder, "tokenizer", "text_encoder", 3);
        clip(folder, "tokenizer_2", "text_encoder_2", 2);
        if (t5) {
            t5(folder, "tokenizer_3", "text_encoder_3", 6, false);
        }
        TinyTransformer transformer = new TinyTransformer(folder, 16, false);
        transformer.told("pooled_projections", TensorType.FLOAT, 1e-3f, 5);
        transformer.write(CLIP_CONTEXT + T5_CONTEXT, 6, gain, 0.001f, false);
        return folder;
    }

    /// @param guided whether the transformer takes the guidance weight
    /// @param ids    the type of its places, and their axes: 2, or 3 with a batch axis
    public static TinyFolder flux(Path root, boolean guided, double gain, TensorType ids, int axes) {
        TinyFolder folder = base(root, 16, guided
                ? "{\"_class_name\": \"FlowMatchEulerDiscreteScheduler\", \"use_dynamic_shifting\": true, \"base_shift\": 0.5, \"max_shift\": 1.15, \"shift\": 3.0}"
                : "{\"_class_name\": \"FlowMatchEulerDiscreteScheduler\", \"shift\": 1.0}");
        clip(folder, "tokenizer", "text_encoder", 3);
        t5(folder, "tokenizer_2", "text_encoder_2", 6, false);
        TinyTransformer transformer = new TinyTransformer(folder, 16, true);
        transformer.told("pooled_projections", TensorType.FLOAT, 1e-3f, 3);
        if (guided) {
            transformer.number("guidance", 100);
        }
        transformer.places(ids, axes);
        transformer.write(T5_CONTEXT, 6, gain, 1, false);
        return folder;
    }

    /// @param sized whether the transformer is told the picture's size
    public static TinyFolder pixArt(Path root, boolean sized, double gain, TensorType mask) {
        TinyFolder folder = base(root, 4, "{\"_class_name\": \"DPMSolverMultistepScheduler\"}");
        folder.text("model_index.json", "{\"_class_name\": \"" + (sized ? "PixArtAlphaPipeline" : "PixArtSigmaPipeline") + "\"}");
        t5(folder, "tokenizer", "text_encoder", 6, true);
        TinyTransformer transformer = new TinyTransformer(folder, 4, false);
        transformer.mask(mask);
        if (sized) {
            transformer.told("resolution", TensorType.FLOAT, 1 / 64f, 2);
            transformer.told("aspect_ratio", TensorType.FLOAT, 1, 1);
        }
        transformer.write(T5_CONTEXT, 6, gain, 0.001f, true);
        return folder;
    }

    public static TinyFolder sana(Path root, double gain) {
        TinyFolder folder = base(root, 32, "{\"_class_name\": \"FlowMatchEulerDiscreteScheduler\", \"shift\": 3.0}");
        folder.text("transformer/config.json", "{\"timestep_scale\": 0.5, \"sample_size\": 16}");
        folder.text("tokenizer/tokenizer.json", """
                {"added_tokens": [{"id": 0, "content": "<pad>", "normalized": false, "special": true}, {"id": 1, "content": "<bos>", "normalized": false, "special": true}],
                 "normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}, "pre_tokenizer": null,
                 "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<bos>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]},
                 "model": {"type": "BPE", "byte_fallback": true, "unk_token": "<unk>",
                           "vocab": {"<pad>": 0, "<bos>": 1, "<unk>": 2, "a": 3, "b": 4, "▁": 5, "▁b": 6}, "merges": ["▁ b"]}}
                """);
        textNetwork("input_ids", true, 6, 1, false).write(folder.file("text_encoder/model.onnx"));
        TinyTransformer transformer = new TinyTransformer(folder, 32, false);
        transformer.mask(TensorType.INT64);
        transformer.write(T5_CONTEXT, 6, gain, 0.001f, false);
        return folder;
    }

    private static TinyFolder base(Path root, int channels, String scheduler) {
        TinyFolder folder = TinyFolder.write(root);
        for (String file : List.of("unet/model.onnx", "unet/config.json", "model_index.json", "tokenizer/vocab.txt", "tokenizer/tokenizer_config.json", "vae_decoder/config.json")) {
            folder.delete(file);
        }
        folder.text("scheduler/scheduler_config.json", scheduler);
        folder.text("vae_decoder/config.json", "{\"block_out_channels\": [1, 1, 1, 1], \"scaling_factor\": 0.5, \"shift_factor\": 0.25}");
        float[] mix = new float[3 * channels];
        for (int i = 0; i < 3; i++) {
            mix[i * channels + i] = 1;
        }
        new OnnxGraph()
                .input("latent_sample", TensorType.FLOAT, "batch", channels, "height", "width")
                .output("sample", TensorType.FLOAT, "batch", 3, "h", "w")
                .weight("mix", new long[] {3, channels, 1, 1}, mix)
                .weight("scales", new long[] {4}, 1, 1, 8, 8)
                .node("Conv", List.of("latent_sample", "mix"), List.of("rgb"), Map.of())
                .node("Resize", List.of("rgb", "", "scales"), List.of("sample"), Map.of())
                .write(folder.file("vae_decoder/model.onnx"));
        return folder;
    }

    private static void clip(TinyFolder folder, String tokenizer, String encoder, int width) {
        folder.clip(tokenizer);
        folder.text(tokenizer + "/tokenizer_config.json", "{\"model_max_length\": " + CLIP_CONTEXT + "}");
        textNetwork("input_ids", false, width, 3, true).write(folder.file(encoder + "/model.onnx"));
    }

    /// `a` is 3, `b` is 4, the end mark 1, the padding 0.
    private static void t5(TinyFolder folder, String tokenizer, String encoder, int width, boolean masked) {
        folder.text(tokenizer + "/tokenizer.json", """
                {"added_tokens": [{"id": 0, "content": "<pad>", "normalized": false, "special": true}, {"id": 1, "content": "</s>", "normalized": false, "special": true}],
                 "normalizer": null, "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "add_prefix_space": true},
                 "post_processor": {"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}]},
                 "model": {"type": "Unigram", "unk_id": 2, "vocab": [["<pad>", 0], ["</s>", 0], ["<unk>", 0], ["▁a", -1], ["▁b", -1]]}}
                """);
        textNetwork("input_ids", masked, width, 1, false).write(folder.file(encoder + "/model.onnx"));
    }

    private static OnnxGraph textNetwork(String ids, boolean masked, int width, int layers, boolean pooled) {
        OnnxGraph graph = new OnnxGraph()
                .input(ids, TensorType.INT64, "batch", "sequence")
                .weight("row", new long[] {1, 1, width}, counted(width, i -> 1 + i))
                .weight("row2", new long[] {1, width}, counted(width, i -> 1 + i))
                .weight("axis", new long[] {1}, 2)
                .weight("ten", new long[] {}, 10)
                .node("Cast", List.of("axis"), List.of("axes"), Map.of("to", 7L))
                .node("Cast", List.of(ids), List.of("plain"), Map.of("to", 1L));
        if (masked) {
            graph.input("attention_mask", TensorType.INT64, "batch", "sequence")
                    .node("Cast", List.of("attention_mask"), List.of("mask"), Map.of("to", 1L))
                    .node("Mul", List.of("mask", "ten"), List.of("tens"), Map.of())
                    .node("Add", List.of("plain", "tens"), List.of("numbers"), Map.of());
        } else {
            graph.node("Identity", List.of("plain"), List.of("numbers"), Map.of());
        }
        graph.node("Unsqueeze", List.of("numbers", "axes"), List.of("column"), Map.of())
                .node("Mul", List.of("column", "row"), List.of("last_hidden_state"), Map.of())
                .output("last_hidden_state", TensorType.FLOAT, "batch", "sequence", width);
        if (pooled) {
            graph.weight("one", new long[] {1}, 1)
                    .node("Cast", List.of("one"), List.of("first"), Map.of("to", 7L))
                    .node("ReduceSum", List.of("plain", "first"), List.of("sum"), Map.of("keepdims", 1L))
                    .node("Mul", List.of("sum", "row2"), List.of("text_embeds"), Map.of())
                    .node("Identity", List.of("text_embeds"), List.of("pooler_output"), Map.of())
                    .output("text_embeds", TensorType.FLOAT, "batch", width)
                    .output("pooler_output", TensorType.FLOAT, "batch", width);
            for (int layer = 0; layer < layers; layer++) {
                graph.weight("layer" + layer, new long[] {}, layer + 1)
                        .node("Mul", List.of("last_hidden_state", "layer" + layer), List.of("hidden_states." + layer), Map.of())
                        .output("hidden_states." + layer, TensorType.FLOAT, "batch", "sequence", width);
            }
        }
        return graph;
    }

    /// An input of `[batch, width]` whose numbers count 1, 2, ... times `factor`.
    private void told(String name, TensorType type, float factor, int width) {
        graph.input(name, type, "batch", width)
                .weight(name + "_w", new long[] {width, 1}, counted(width, i -> (i + 1) * factor))
                .node("MatMul", List.of(name, name + "_w"), List.of(name + "_sum"), Map.of());
        term(name + "_sum");
    }

    private void number(String name, float factor) {
        graph.input(name, TensorType.FLOAT, "batch").weight(name + "_w", new long[] {}, factor).node("Mul", List.of(name, name + "_w"), List.of(name + "_sum"), Map.of());
        term(name + "_sum");
    }

    private void mask(TensorType type) {
        graph.input("encoder_attention_mask", type, "batch", T5_CONTEXT)
                .node("Cast", List.of("encoder_attention_mask"), List.of("mask_float"), Map.of("to", 1L))
                .weight("mask_w", new long[] {T5_CONTEXT, 1}, counted(T5_CONTEXT, i -> (i + 1) / 8f))
                .node("MatMul", List.of("mask_float", "mask_w"), List.of("mask_sum"), Map.of());
        term("mask_sum");
    }

    private void places(TensorType type, int axes) {
        Object[] patchDims = axes == 2 ? new Object[] {"patches", 3} : new Object[] {1, "patches", 3};
        Object[] textDims = axes == 2 ? new Object[] {T5_CONTEXT, 3} : new Object[] {1, T5_CONTEXT, 3};
        graph.input("img_ids", type, patchDims)
                .input("txt_ids", type, textDims)
                .weight("place_w", new long[] {3, 1}, 10_000, 100, 1)
                .node("Cast", List.of("img_ids"), List.of("img_float"), Map.of("to", 1L))
                .node("Cast", List.of("txt_ids"), List.of("txt_float"), Map.of("to", 1L))
                .node("MatMul", List.of("img_float", "place_w"), List.of("place"), Map.of())
                .node("MatMul", List.of("txt_float", "place_w"), List.of("text_place"), Map.of());
    }

    private void term(String name) {
        terms.add(name);
    }

    private void write(int rows, int width, double gain, float time, boolean spread) {
        graph.input(state, TensorType.FLOAT, patches ? new Object[] {"batch", "patches", channels * 4} : new Object[] {"batch", channels, "height", "width"})
                .input("encoder_hidden_states", TensorType.FLOAT, "batch", rows, width)
                .output(answer, TensorType.FLOAT, patches ? new Object[] {"batch", "patches", channels * 4} : new Object[] {"batch", spread ? 2 * channels : channels, "height", "width"});
        graph.input("timestep", TensorType.FLOAT, "batch").weight("timestep_w", new long[] {}, time).node("Mul", List.of("timestep", "timestep_w"), List.of("timestep_sum"), Map.of());
        term("timestep_sum");
        graph.weight("rows", new long[] {1, 1, rows}, counted(rows, i -> (i + 1) * 1e-2f))
                .weight("columns", new long[] {width, 1}, counted(width, i -> 1f / (i + 1)))
                .node(patches ? "Add" : "Identity", patches ? List.of("encoder_hidden_states", "text_place") : List.of("encoder_hidden_states"), List.of("placed_states"), Map.of())
                .node("MatMul", List.of("rows", "placed_states"), List.of("states_row"), Map.of())
                .node("MatMul", List.of("states_row", "columns"), List.of("states_sum"), Map.of());
        term("states_sum");
        graph.weight("shape", new long[] {patches ? 3 : 4}, patches ? new float[] {-1, 1, 1} : new float[] {-1, 1, 1, 1}).node("Cast", List.of("shape"), List.of("ones"), Map.of("to", 7L));
        graph.weight("gain", patches ? new long[] {(long) channels * 4} : new long[] {1}, counted(patches ? channels * 4 : 1, i -> (float) gain * (patches ? i : 1)))
                .node("Mul", List.of(state, "gain"), List.of("sum0"), Map.of());
        for (int i = 0; i < terms.size(); i++) {
            graph.node("Reshape", List.of(terms.get(i), "ones"), List.of("term" + i), Map.of()).node("Add", List.of("sum" + i, "term" + i), List.of("sum" + (i + 1)), Map.of());
        }
        String all = "sum" + terms.size();
        if (patches && gain != 0) {
            graph.node("Add", List.of(all, "place"), List.of(answer), Map.of());
        } else if (patches) {
            graph.node("Sub", List.of("place", "place"), List.of("no_place"), Map.of()).node("Add", List.of(all, "no_place"), List.of(answer), Map.of());
        } else if (spread) {
            graph.weight("far", new long[] {}, 1e6f)
                    .node("Add", List.of(all, "far"), List.of("spread"), Map.of())
                    .node("Concat", List.of(all, "spread"), List.of(answer), Map.of("axis", 1L));
        } else {
            graph.node("Identity", List.of(all), List.of(answer), Map.of());
        }
        graph.write(folder.file(file));
    }

    private interface Scalar {
        float at(int index);
    }

    private static float[] counted(int n, Scalar number) {
        float[] values = new float[n];
        IntStream.range(0, n).forEach(i -> values[i] = number.at(i));
        return values;
    }
}
