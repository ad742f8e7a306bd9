package org.lodestar.engine.pack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.testing.OnnxGraph;
import org.lodestar.engine.testing.TinyFolder;
import org.lodestar.engine.testing.TinyTransformer;

/// Tiny decoders under the names that they are handed round with.
class TinyDecoderTest {
    @TempDir
    Path temp;

    private TinyFolder model;

    @BeforeEach
    void write() {
        model = TinyFolder.bare(temp.resolve("models/mine"), 768);
    }

    private static OnnxGraph decoder(int channels) {
        return new OnnxGraph()
                .input("latent_sample", TensorType.FLOAT, 1, channels, "height", "width")
                .output("sample", TensorType.FLOAT, 1, 3, "h", "w")
                .weight("mix", new long[] {3, channels, 1, 1}, new float[3 * channels])
                .node("Conv", List.of("latent_sample", "mix"), List.of("sample"), Map.of());
    }

    private static ModelFolder.Contents contents(TinyFolder files) {
        ModelFolder found = ModelFolder.inspect(files.root());
        assertThat(found.report().problems()).isEmpty();
        return Objects.requireNonNull(found.contents());
    }

    private static Optional<Path> found(TinyFolder files) {
        return contents(files).preview().map(ModelPart::file);
    }

    @Test
    void theUsualNamesAreFoundInTheFolderAndBesideIt() throws Exception {
        int withoutIt = contents(model).files().size();
        for (String name : List.of(
                "taesd/model.onnx", "taesd-onnx/vae_decoder/model.onnx", "taesd_onnx/taesd_decoder/model.onnx", "TAESD/decoder/model.onnx", "taesd_decoder/model.onnx", "taesd_decoder.onnx", "../taesd/model.onnx",
                "../taesd-onnx/taesd_decoder/model.onnx", "../taesd_decoder.onnx")) {
            Path file = model.file(name).normalize();
            decoder(4).write(file);
            assertThat(found(model)).as(name).contains(file.toAbsolutePath());
            assertThat(contents(model).files()).as("it makes no other model").hasSize(withoutIt);
            assertThat(ModelFolder.inspect(model.root()).report().notes()).contains("Pictures of steps are painted by the tiny decoder " + file.toAbsolutePath() + ".");
            Files.delete(file);
            assertThat(found(model)).isEmpty();
        }
    }

    @Test
    void eachFamilyHasItsOwn() {
        decoder(4).write(model.file("../taesdxl/model.onnx").normalize());
        decoder(16).write(model.file("../taesd3/model.onnx").normalize());
        decoder(16).write(model.file("../taef1/model.onnx").normalize());
        decoder(32).write(model.file("../taesana/model.onnx").normalize());
        assertThat(found(model)).as("that of XL is another autoencoder's").isEmpty();
        assertThat(found(TinyTransformer.sd3(temp.resolve("models/sd3"), true, 0))).hasValueSatisfying(file -> assertThat(file.toString()).contains("taesd3"));
        assertThat(found(TinyTransformer.flux(temp.resolve("models/flux"), true, 0, TensorType.FLOAT, 2))).hasValueSatisfying(file -> assertThat(file.toString()).contains("taef1"));
        assertThat(found(TinyTransformer.sana(temp.resolve("models/sana"), 0.5))).hasValueSatisfying(file -> assertThat(file.toString()).contains("taesana"));
    }

    @Test
    void oneThatCannotBeUsedIsNotedAndKeepsNothingFromLoading() {
        decoder(16).write(model.file("taesd/model.onnx"));
        ModelFolder found = ModelFolder.inspect(model.root());
        assertThat(found.report().problems()).isEmpty();
        assertThat(found.report().notes()).anyMatch(note -> note.startsWith("A preview decoder was found and is not used.") && note.contains("4 channels"));
        model.cut("taesd/model.onnx", 20);
        assertThat(ModelFolder.inspect(model.root()).report().notes()).anyMatch(note -> note.contains("a damaged file"));
        decoder(4).write(model.file("preview_decoder/model.onnx"));
        assertThat(found(model)).as("that of the model goes before").contains(model.file("preview_decoder/model.onnx"));
    }
}
