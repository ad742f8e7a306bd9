package org.lodestar.engine.pack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.testing.OnnxGraph;
import org.lodestar.engine.testing.TinyFolder;

class ModelFolderTest {
    private static final String LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 123456789\n";

    @TempDir
    Path temp;

    private TinyFolder folder;

    @BeforeEach
    void write() {
        folder = TinyFolder.write(temp.resolve("tiny"));
    }

    private PackageReport report() {
        return ModelFolder.inspect(folder.root()).report();
    }

    @Test
    void takesAWholeFolder() {
        ModelFolder found = ModelFolder.inspect(folder.root());

        assertThat(found.report().problems()).isEmpty();
        assertThat(found.report().usable()).isTrue();
        assertThat(found.contents()).isNotNull();
        assertThat(found.report().components()).extracting(PackageReport.Component::role).containsExactly("text_encoder", "unet", "vae_decoder");
        assertThat(found.report().components().get(1).inputs())
                .containsExactly("sample: float[batch,4,height,width]", "timestep: float[]", "encoder_hidden_states: float[batch,sequence,8]");
        assertThat(found.report().notes()).singleElement().asString().contains("vae_encoder");
    }

    @Test
    void takesTheStarterModelWithItsCompanions() {
        Path starter = Path.of(System.getProperty("lodestar.root"), "models/starter");

        ModelFolder found = ModelFolder.inspect(starter);

        assertThat(found.report().problems()).isEmpty();
        assertThat(found.report().components())
                .extracting(PackageReport.Component::role)
                .containsExactly("text_encoder", "unet", "vae_decoder", "vae_encoder", "weak/unet", "perturbed/unet", "reflected/unet", "distilled/unet", "second/unet", "erased/unet", "classifier", "gradient", "scorer", "preview_decoder");
        assertThat(found.report().notes()).contains("unet/erased.onnx has lost \"heart\" and draws \"apple\" instead (policy erased).");
    }

    @Test
    void reportsEverythingThatIsWrongAtOnce() {
        folder.delete("unet/model.onnx");
        folder.bytes("vae_decoder/model.onnx", new byte[0]);
        folder.text("text_encoder/model.onnx", LFS);
        folder.delete("tokenizer/vocab.txt");
        folder.delete("scheduler/scheduler_config.json");
        folder.text("model_index.json", "{ \"_class_name\": ");

        PackageReport report = report();

        assertThat(report.usable()).isFalse();
        assertThat(report.problems()).extracting(Object::toString).containsExactlyInAnyOrder(
                "unet/model.onnx: expected an ONNX file, found nothing. Copy the whole model folder, or export this part again.",
                "vae_decoder/model.onnx: expected an ONNX file, found an empty file. Download this file again.",
                "text_encoder/model.onnx: expected the file itself, found a Git LFS pointer (the folder was cloned without Git LFS). Install Git LFS and run 'git lfs pull' in the folder.",
                "tokenizer: expected vocab.json and merges.txt (or the vocab.txt of a WordPiece tokenizer), found no vocab.json and no merges.txt. Copy the tokenizer folder of the model too.",
                "scheduler/scheduler_config.json: expected the noise schedule the model was trained on, found nothing. Copy the scheduler folder of the model too.",
                "model_index.json: expected a JSON file, found an error at line 1, column 18. Download this file again.");
    }

    @Test
    void noticesAFileThatIsCutOffAnywhere() throws Exception {
        int length = (int) Files.size(folder.file("unet/model.onnx"));
        for (int bytes = 1; bytes < length; bytes++) {
            folder.denoiser(8).write(folder.file("unet/model.onnx"));
            folder.cut("unet/model.onnx", bytes);

            assertThat(report().problems()).as("cut to %d bytes", bytes).hasSizeGreaterThanOrEqualTo(1).allSatisfy(problem -> assertThat(problem.where()).isEqualTo("unet/model.onnx"));
        }
    }

    @Test
    void refusesWrongTypesAndShapes() {
        new OnnxGraph()
                .input("sample", TensorType.INT8, "batch", 4, "height", "width")
                .input("timestep", TensorType.STRING)
                .input("encoder_hidden_states", TensorType.FLOAT, "batch", "sequence", 8)
                .output("out_sample", TensorType.BOOL, "batch", 4, "height", "width")
                .write(folder.file("unet/model.onnx"));
        new OnnxGraph().input("input_ids", TensorType.FLOAT, "batch", "sequence").output("states", TensorType.FLOAT, "batch").write(folder.file("text_encoder/model.onnx"));

        assertThat(report().problems()).extracting(problem -> problem.where() + " " + problem.expected()).containsExactlyInAnyOrder(
                "unet/model.onnx the input sample to be floating point",
                "unet/model.onnx the input timestep to be a number",
                "unet/model.onnx floating-point output",
                "text_encoder/model.onnx one input of token ids, int64[batch,sequence]",
                "text_encoder/model.onnx hidden states, float[batch,sequence,width]");
    }

    @Test
    void refusesPartsOfDifferentModels() {
        folder.textEncoder(12).write(folder.file("text_encoder/model.onnx"));

        assertThat(report().problems()).singleElement().asString().contains("width 8").contains("width 12").contains("different models");
    }

    @Test
    void refusesANetworkThatIsNoDenoiser() {
        new OnnxGraph().input("pixels", TensorType.FLOAT, 1, 3, 224, 224).output("label", TensorType.INT64, 1).write(folder.file("unet/model.onnx"));

        assertThat(report().problems()).hasSize(3).allSatisfy(problem -> assertThat(problem.where()).isEqualTo("unet/model.onnx"));
    }

    @Test
    void followsWeightsIntoOtherFilesAndChecksThem() {
        folder.denoiser(8).external("w", new long[] {100}, "model.onnx_data", 64, 400).write(folder.file("unet/model.onnx"));
        assertThat(report().problems()).singleElement().asString().contains("model.onnx_data").contains("no such file");

        folder.bytes("unet/model.onnx_data", new byte[463]);
        assertThat(report().problems()).singleElement().asString().contains("464 bytes").contains("463 bytes").contains("not complete");

        folder.text("unet/model.onnx_data", LFS + " ".repeat(600));
        assertThat(report().problems()).singleElement().asString().contains("unet/model.onnx_data").contains("Git LFS");

        folder.bytes("unet/model.onnx_data", new byte[464]);
        assertThat(report().problems()).isEmpty();
        assertThat(report().components().get(1).bytes()).isGreaterThan(464);
    }

    @Test
    void saysThatThereIsNoFolder() {
        assertThat(ModelFolder.inspect(temp.resolve("nowhere")).report().problems()).singleElement().asString().contains("expected a model folder, found nothing");
        assertThat(ModelFolder.inspect(folder.file("model_index.json")).report().problems()).singleElement().asString().contains("found a file");
    }

    @Test
    void takesThePictureSizesOfTheGraph() {
        assertThat(ModelFolder.inspect(folder.root()).contents()).isNotNull().returns(true, ModelFolder.Contents::takesParts);
        new OnnxGraph()
                .input("sample", TensorType.FLOAT, 2, 4, 64, 96)
                .input("timestep", TensorType.INT64, 1)
                .input("encoder_hidden_states", TensorType.FLOAT, 2, 77, 8)
                .output("out_sample", TensorType.FLOAT, 2, 4, 64, 96)
                .write(folder.file("unet/model.onnx"));

        ModelFolder.Contents contents = ModelFolder.inspect(folder.root()).contents();

        assertThat(contents).isNotNull();
        assertThat(contents.sizes().fixedWidth()).isEqualTo(768);
        assertThat(contents.sizes().fixedHeight()).isEqualTo(512);
        assertThat(contents.takesParts()).isFalse();
        assertThat(contents.defaults().size()).hasToString("768x512");
    }

    @Test
    void recognisesAFamilyWithoutAnyConfiguration() {
        TinyFolder first = TinyFolder.bare(temp.resolve("dream"), 768);
        ModelFolder sd1 = ModelFolder.inspect(first.root());
        assertThat(sd1.report().problems()).isEmpty();
        assertThat(sd1.report().family()).isEqualTo("sd1");
        assertThat(sd1.report().notes()).anyMatch(note -> note.contains("usual noise of Stable Diffusion 1"));
        assertThat(sd1.contents()).isNotNull();
        assertThat(sd1.contents().format().scale()).isEqualTo(0.18215);
        assertThat(sd1.contents().defaults().size()).hasToString("512x512");
        assertThat(sd1.contents().sizes().multipleOf()).isEqualTo(64);

        TinyFolder second = TinyFolder.bare(temp.resolve("second"), 1024);
        PackageReport sd2 = ModelFolder.inspect(second.root()).report();
        assertThat(sd2.family()).isEqualTo("sd2");
        assertThat(sd2.problems()).as("only the noise file tells its two kinds apart").singleElement().asString().contains("scheduler_config.json");

        TinyFolder unclear = TinyFolder.bare(temp.resolve("unclear"), 24);
        assertThat(ModelFolder.inspect(unclear.root()).report().problems().getFirst().toString()).contains("24 wide").contains("model_index.json");
    }

    @Test
    void recognisesExtraLargeModelsAndTheirGeneratedInputNames() {
        TinyFolder xl = TinyFolder.bare(temp.resolve("xl"), 2048);
        extraLarge("text_embeds", "time_ids", 6).write(xl.file("unet/model.onnx"));
        assertThat(ModelFolder.inspect(xl.root()).report().problems()).extracting(Object::toString).anyMatch(problem -> problem.contains("text_encoder_2/model.onnx"));

        xl.textEncoder(768).write(xl.file("text_encoder/model.onnx"));
        xl.textEncoder(1280).output("text_embeds", TensorType.FLOAT, "batch", "width").write(xl.file("text_encoder_2/model.onnx"));
        xl.clip("tokenizer_2");
        extraLarge("onnx::Concat_4", "onnx::Shape_5", 6).write(xl.file("unet/model.onnx"));
        ModelFolder found = ModelFolder.inspect(xl.root());
        assertThat(found.report().problems()).isEmpty();
        assertThat(found.report().family()).isEqualTo("sdxl");
        assertThat(found.report().notes()).anyMatch(note -> note.contains("last states"));
        assertThat(found.contents()).isNotNull();
        assertThat(found.contents().layout().noneIsZero()).isTrue();

        extraLarge("text_embeds", "time_ids", 5).write(xl.file("unet/model.onnx"));
        PackageReport refiner = ModelFolder.inspect(xl.root()).report();
        assertThat(refiner.family()).isEqualTo("sdxl-refiner");
        assertThat(refiner.problems()).as("a refiner reads texts with its second network only").singleElement().asString().contains("width 2048");
    }

    private OnnxGraph extraLarge(String pooled, String sizes, int numbers) {
        return folder.denoiser(2048).input(pooled, TensorType.FLOAT, "batch", 1280).input(sizes, TensorType.FLOAT, "batch", numbers);
    }

    @Test
    void namesTransformersItCannotRun() throws Exception {
        Files.delete(folder.file("unet/model.onnx"));
        new OnnxGraph()
                .input("hidden_states", TensorType.FLOAT, "batch", "tokens", 64)
                .input("img_ids", TensorType.FLOAT, "tokens", 3)
                .input("timestep", TensorType.FLOAT, "batch")
                .output("out_hidden_states", TensorType.FLOAT, "batch", "tokens", 64)
                .write(folder.file("transformer/model.onnx"));

        assertThat(report().family()).as("FLUX.1's patches without its text vector").isEqualTo("chroma");
        assertThat(report().problems()).singleElement().asString().contains("a Chroma model");

        new OnnxGraph()
                .input("tokens", TensorType.FLOAT, "batch", "tokens", 64)
                .output("out", TensorType.FLOAT, "batch", "tokens", 64)
                .write(folder.file("transformer/model.onnx"));
        assertThat(report().problems()).singleElement().asString().contains("a transformer with the inputs tokens: float[batch,tokens,64]");
    }

    @Test
    void refusesWeightsFromOutsideTheFolder() throws Exception {
        Path secret = Files.write(temp.resolve("secret.bin"), new byte[400]);
        for (String location : new String[] {
            "../secret.bin", "sub/../../secret.bin", secret.toString(), "/proc/self/environ", "..", ".", "", " ", "../../etc/passwd", "sub/../../unet/../../secret.bin"
        }) {
            folder.denoiser(8).external("w", new long[] {100}, location, 0, 400).write(folder.file("unet/model.onnx"));
            assertThat(report().problems()).as("\"%s\"", location).singleElement().asString().contains("weights in the model's own folder");
        }
        for (OnnxGraph hidden : List.of(folder.denoiser(8).constantIn("../secret.bin"), folder.denoiser(8).sparseIn("../secret.bin"))) {
            hidden.write(folder.file("unet/model.onnx"));
            assertThat(report().problems()).as("a tensor that is no weight").singleElement().asString().contains("weights in the model's own folder");
        }
        Path marker = Files.createDirectories(folder.file("unet/*/_ORT_MEM_ADDR_"));
        Files.write(marker.resolve("*"), new byte[400]);
        folder.denoiser(8).external("w", new long[] {100}, "*/_ORT_MEM_ADDR_/*", 0, 400).write(folder.file("unet/model.onnx"));
        assertThat(report().problems()).singleElement().asString().contains("points into memory");
    }

    @Test
    void refusesLinksThatLeadOut() throws Exception {
        Path secret = Files.write(temp.resolve("secret.bin"), new byte[400]);
        folder.denoiser(8).external("w", new long[] {100}, "data.bin", 0, 400).write(folder.file("unet/model.onnx"));

        Path link = Files.createSymbolicLink(folder.file("unet/data.bin"), secret);
        assertThat(report().problems()).singleElement().asString().contains("a link to");

        Files.delete(link);
        Files.createLink(folder.file("unet/data.bin"), secret);
        assertThat(report().problems()).singleElement().asString().contains("hard link");

        Files.delete(folder.file("unet/data.bin"));
        Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
        Files.write(elsewhere.resolve("data.bin"), new byte[400]);
        Files.createSymbolicLink(folder.file("unet/sub"), elsewhere);
        folder.denoiser(8).external("w", new long[] {100}, "sub/data.bin", 0, 400).write(folder.file("unet/model.onnx"));
        assertThat(report().problems()).singleElement().asString().contains("sub/data.bin, a link to");

        folder.denoiser(8).write(secret);
        Files.delete(folder.file("unet/model.onnx"));
        Files.createLink(folder.file("unet/model.onnx"), secret);
        assertThat(report().problems()).singleElement().asString().contains("unet/model.onnx").contains("hard link");
    }

    @Test
    void takesADownloadCacheThatLinksModelAndWeightsIntoOneFolder() throws Exception {
        Path blobs = Files.createDirectory(temp.resolve("blobs"));
        folder.denoiser(8).external("w", new long[] {100}, "model.onnx_data", 0, 400).write(blobs.resolve("a1"));
        Files.write(blobs.resolve("b2"), new byte[400]);
        Files.delete(folder.file("unet/model.onnx"));
        Files.createSymbolicLink(folder.file("unet/model.onnx"), blobs.resolve("a1"));
        Files.createSymbolicLink(folder.file("unet/model.onnx_data"), blobs.resolve("b2"));

        assertThat(report().problems()).isEmpty();
    }

    @Test
    void takesALinkToAnotherModelsFolderAsItsWeakNet() throws Exception {
        TinyFolder sibling = TinyFolder.write(temp.resolve("sibling"));
        Files.createSymbolicLink(folder.file("weak"), sibling.root());

        assertThat(report().problems()).isEmpty();
        assertThat(Objects.requireNonNull(ModelFolder.inspect(folder.root()).contents()).denoisers()).containsKey(Branch.Net.WEAK);
    }

    @Test
    void refusesWeightsThatCannotBeWhereTheyClaim() {
        folder.bytes("unet/data.bin", new byte[400]);
        long[][] places = {{-1, 400}, {0, -2}, {1, 400}, {Long.MAX_VALUE, 1}, {1L << 62, 1L << 62}, {0, Long.MAX_VALUE}};
        for (long[] place : places) {
            folder.denoiser(8).external("w", new long[] {100}, "data.bin", place[0], place[1]).write(folder.file("unet/model.onnx"));
            assertThat(report().problems()).as("offset %d length %d", place[0], place[1]).singleElement().satisfies(problem -> assertThat(problem.where()).isEqualTo("unet/model.onnx"));
        }
    }

    @Test
    void saysWhatLiesThereInsteadOfAnOnnxFile() throws Exception {
        Files.move(folder.file("unet/model.onnx"), folder.file("unet/model_fp16.onnx"));
        assertThat(report().problems()).singleElement().asString().contains("found model_fp16.onnx").contains("Rename it to model.onnx").contains("lodestar.json");

        Files.move(folder.file("unet/model_fp16.onnx"), folder.file("unet/diffusion_pytorch_model.safetensors"));
        assertThat(report().problems()).singleElement().asString().contains("found weights for PyTorch (diffusion_pytorch_model.safetensors)").contains("Export the model to ONNX");

        TinyFolder checkpoint = TinyFolder.write(temp.resolve("checkpoint"));
        for (String file : List.of("unet/model.onnx", "unet/config.json", "unet")) {
            checkpoint.delete(file);
        }
        checkpoint.text("v1-5-pruned.ckpt", "PK");
        assertThat(ModelFolder.inspect(checkpoint.root()).report().problems()).singleElement().asString().contains("weights for PyTorch (v1-5-pruned.ckpt)");

        folder.text("unet/model.onnx", "\n<!DOCTYPE html><html><body>Log in to go on</body></html>");
        assertThat(report().problems()).singleElement().asString().contains("a web page (the download asked for a login, or failed)");
        folder.text("unet/model.onnx", "PK\u0003\u0004 archive/data.pkl");
        assertThat(report().problems()).singleElement().asString().contains("a ZIP archive or weights for PyTorch");
    }

    @Test
    void refusesNumbersThatMakeNoPicture() {
        for (String scale : List.of("0", "-0.18", "1e300")) {
            folder.text("vae_decoder/config.json", "{\"block_out_channels\": [1, 1, 1, 1], \"scaling_factor\": " + scale + "}");
            assertThat(report().problems()).as(scale).singleElement().asString().startsWith("vae_decoder/config.json scaling_factor: expected a number above 0, at most a million, found ");
        }
        folder.text("vae_decoder/config.json", "{\"block_out_channels\": [1, 1, 1, 1], \"scaling_factor\": 0.18215}");
        for (String size : List.of("0", "1000000000", "-8")) {
            folder.text("unet/config.json", "{\"sample_size\": " + size + "}");
            assertThat(report().problems()).as(size).singleElement().asString().startsWith("unet/config.json sample_size: expected 1 to 4096 cells, found ");
        }
        folder.text("unet/config.json", "{\"sample_size\": 64}");
        assertThat(report().problems()).isEmpty();
    }

    @Test
    void refusesWeightsThatHoldLessThanTheirShape() {
        folder.denoiser(8).weight("w", TensorType.FLOAT, new long[] {3, 5}, new byte[56]).write(folder.file("unet/model.onnx"));
        assertThat(report().problems()).singleElement().asString().contains("the tensor w holds 56 bytes where its dimensions ask for 60");
        folder.denoiser(8).weight("w", TensorType.INT4, new long[] {3, 5}, new byte[8]).write(folder.file("unet/model.onnx"));
        assertThat(report().problems()).as("two of them share a byte").isEmpty();
    }

    @Test
    void arithmeticInBfloat16IsForGpusOnlyAndItsStorageIsNot() {
        folder.denoiser(8).weight("w", TensorType.BFLOAT16, new long[] {4, 4, 1, 1}, new byte[32]).node("Conv", List.of("sample", "w"), List.of("z"), Map.of()).write(folder.file("unet/model.onnx"));
        assertThat(report().components().get(1).make().devices()).containsExactly("cuda");
        assertThat(report().devices()).containsExactly("cuda");
        assertThat(report().notes()).anyMatch(note -> note.contains("unet/model.onnx was exported for a GPU (arithmetic in bfloat16)"));

        folder.denoiser(8)
                .weight("w", TensorType.BFLOAT16, new long[] {4, 4, 1, 1}, new byte[32])
                .node("Cast", List.of("w"), List.of("wide"), Map.of("to", 1L))
                .node("Conv", List.of("sample", "wide"), List.of("z"), Map.of())
                .write(folder.file("unet/model.onnx"));
        assertThat(report().devices()).contains("cpu");
    }

    @Test
    void aWholeModelRunsWhereAllItsPartsDo() {
        assertThat(report().devices()).containsExactly("cpu", "cuda", "tensorrt", "coreml");
        folder.textEncoder(8).domain("com.microsoft", 1).node("com.microsoft", "Gelu", List.of("column"), List.of("z"), Map.of()).write(folder.file("text_encoder/model.onnx"));
        assertThat(report().devices()).as("TensorRT leaves text encoders to CUDA").containsExactly("cpu", "cuda", "tensorrt", "coreml");
        folder.denoiser(8).domain("com.microsoft", 1).node("com.microsoft", "Gelu", List.of("sample"), List.of("z"), Map.of()).write(folder.file("unet/model.onnx"));
        assertThat(report().devices()).containsExactly("cpu", "cuda", "coreml");
        assertThat(ModelFolder.inspect(temp.resolve("nowhere")).report().devices()).isEmpty();
    }

    @Test
    void refusesOverflowingShapesAndForeignOperators() {
        folder.denoiser(8).claim("huge", 1L << 33, 1L << 33).write(folder.file("unet/model.onnx"));
        assertThat(report().problems()).singleElement().asString().contains("more than any memory holds");

        folder.denoiser(8).node("evil.domain", "Run", List.of("sample"), List.of("z"), Map.of()).write(folder.file("unet/model.onnx"));
        assertThat(report().problems()).singleElement().asString().contains("evil.domain:Run");

        folder.denoiser(8)
                .node("pkg.torch", "Copy", List.of("sample"), List.of("z"), Map.of())
                .function("pkg.torch", "Copy")
                .write(folder.file("unet/model.onnx"));
        assertThat(report().problems()).as("an operator the file brings along").isEmpty();
    }

    @Test
    void saysWhatAnExportIsMadeOfAndWhatRunsIt() {
        folder.denoiser(8).domain("com.microsoft", 1).node("com.microsoft", "Gelu", List.of("sample"), List.of("z"), Map.of()).weight("w", new long[] {3}, 1, 2, 3)
                .write(folder.file("unet/model.onnx"));
        PackageReport.Make make = report().components().get(1).make();
        assertThat(make.producer()).isEqualTo("lodestar-test");
        assertThat(make.opsets()).containsEntry("com.microsoft", 1L).containsKey("");
        assertThat(make.weights()).containsExactly(Map.entry("float", 12L));
        assertThat(make.operators()).containsExactly(Map.entry("com.microsoft:Gelu", 1));
        assertThat(make.devices()).containsExactly("cpu", "cuda", "coreml");
        assertThat(report().components().getFirst().make().devices()).containsExactly("cpu", "cuda", "tensorrt", "coreml");
    }

    @Test
    void attentionWhoseKeysComePackedIsForGpusOnly() {
        for (List<String> inputs : List.of(List.of("sample"), List.of("sample", "", "", "bias"), List.of("sample", "pairs", "", "bias"))) {
            folder.denoiser(8).node("com.microsoft", "MultiHeadAttention", inputs, List.of("z"), Map.of()).write(folder.file("unet/model.onnx"));
            assertThat(report().notes()).anyMatch(note -> note.contains("MultiHeadAttention (packed)"));
            assertThat(report().components().get(1).make().devices()).containsExactly("cuda");
        }
        folder.denoiser(8).node("com.microsoft", "MultiHeadAttention", List.of("sample", "keys", "values"), List.of("z"), Map.of()).write(folder.file("unet/model.onnx"));
        assertThat(report().notes()).noneMatch(note -> note.contains("exported for a GPU"));
    }

    @Test
    void refusesWhatIsNoFileThatCanBeRead() throws Exception {
        folder.delete("unet/model.onnx");
        Files.createDirectory(folder.file("unet/model.onnx"));
        assertThat(report().problems()).singleElement().asString().contains("unet/model.onnx").contains("an ONNX file");
        Files.delete(folder.file("unet/model.onnx"));
        for (byte[] content : List.of(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0}, "{\"_class_name\": \"UNet\"}".getBytes(StandardCharsets.UTF_8), new byte[1000])) {
            folder.bytes("unet/model.onnx", content);
            assertThat(report().problems()).singleElement().asString().contains("unet/model.onnx").contains("an ONNX model").contains("a damaged file or another format");
        }
        folder.denoiser(8).external("w", new long[] {100}, "weights", 0, 400).write(folder.file("unet/model.onnx"));
        Files.createDirectory(folder.file("unet/weights"));
        assertThat(report().problems()).singleElement().asString().contains("its weights in the file weights");
        folder.denoiser(8).claim("w", -1, 4).write(folder.file("unet/model.onnx"));
        assertThat(report().problems()).singleElement().asString().contains("a negative dimension");
        folder.denoiser(8).write(folder.file("unet/model.onnx"));
        try {
            Files.setPosixFilePermissions(folder.file("unet/model.onnx"), Set.of());
        } catch (UnsupportedOperationException e) {
            return; // a system without such permissions
        }
        if (!Files.isReadable(folder.file("unet/model.onnx"))) { // root reads everything
            assertThat(report().problems()).singleElement().asString().contains("a readable file").contains("permissions");
        }
    }

    /// Everybody finds files of these kinds in folders made by older programs.
    @Test
    void oldSchedulerFilesAreTakenAsPipelinesTakeThem() {
        TinyFolder old = TinyFolder.bare(temp.resolve("old"), 768);
        old.text("scheduler/scheduler_config.json", "{\"_class_name\": \"DDIMScheduler\", \"beta_schedule\": \"scaled_linear\"}");
        ModelFolder found = ModelFolder.inspect(old.root());
        ModelFolder.Contents contents = Objects.requireNonNull(found.contents());
        assertThat(contents.defaults().sampler()).isEqualTo("ddim");
        assertThat(contents.defaults().spacing()).isEqualTo("leading(offset=1)");
        assertThat(contents.noise().notes()).anyMatch(note -> note.contains("an old one"));

        old.text("model_index.json", "{\"_class_name\": \"StableDiffusionInstructPix2PixPipeline\"}");
        ModelFolder.Contents edits = Objects.requireNonNull(ModelFolder.inspect(old.root()).contents());
        assertThat(edits.defaults().sampler()).as("that pipeline takes the file as it is").isEqualTo("ddim(clip=1)");
        assertThat(edits.defaults().spacing()).isEqualTo("leading(offset=0)");

        old.text("model_index.json", "{\"_class_name\": \"StableDiffusionInpaintPipeline\"}");
        ModelFolder.Contents repaints = Objects.requireNonNull(ModelFolder.inspect(old.root()).contents());
        assertThat(repaints.defaults().sampler()).isEqualTo("ddim(clip=1)");
        assertThat(repaints.defaults().spacing()).isEqualTo("leading(offset=1)");

        old.delete("model_index.json");
        old.text("scheduler/scheduler_config.json", "{\"_class_name\": \"DDIMScheduler\", \"beta_schedule\": \"scaled_linear\", \"steps_offset\": 1, \"clip_sample\": false}");
        assertThat(Objects.requireNonNull(ModelFolder.inspect(old.root()).contents()).noise().notes()).as("a file of today").isEmpty();
    }

    @Test
    void saysThatAnExportIsForGpusOnly() {
        folder.denoiser(8).node("com.microsoft", "NhwcConv", List.of("sample", "sample"), List.of("z"), Map.of()).write(folder.file("unet/model.onnx"));

        assertThat(report().problems()).isEmpty();
        assertThat(report().notes()).anyMatch(note -> note.contains("unet/model.onnx was exported for a GPU (NhwcConv)"));
    }
}
