package org.lodestar.engine.internal.ort;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.ModelLoader;
import org.lodestar.engine.pack.ModelPackage;
import org.lodestar.engine.pack.TensorType;
import org.lodestar.engine.preview.LatentPreviewer;
import org.lodestar.engine.testing.OnnxGraph;
import org.lodestar.engine.testing.TinyFolder;

/// A model folder with a `preview_decoder`.
class OrtPreviewerTest {
    @TempDir
    Path folder;

    private TinyFolder model;

    @BeforeEach
    void write() {
        model = TinyFolder.write(folder.resolve("model"));
    }

    /// The second, third and fourth channel as colours, four times as large; `axis` other than 1 gives no picture.
    private void decoder(long axis) {
        new OnnxGraph()
                .input("latent_sample", TensorType.FLOAT, "batch", 4, "height", "width")
                .output("sample", TensorType.FLOAT, "batch", axis == 1 ? 3 : "channels", "h", "w")
                .weight("mix", new long[] {3, 4, 1, 1}, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1)
                .weight("scales", new long[] {4}, 1, axis == 1 ? 1 : 2, 4, 4)
                .node("Conv", List.of("latent_sample", "mix"), List.of("rgb"), Map.of())
                .node("Resize", List.of("rgb", "", "scales"), List.of("sample"), Map.of())
                .write(model.file("preview_decoder/model.onnx"));
    }

    private ModelPackage open() {
        return new OrtModelLoader(folder.resolve("cache"), 1).open(model.root(), DeviceWish.CPU, ModelLoader.LoadListener.SILENT, new CancelToken());
    }

    private static Latents latents() {
        return Latents.zeros(4, 2, 3).like(i -> i / 6 == 1 ? 1 : i / 6 == 2 ? -1 : 0);
    }

    @Test
    void theDecoderPaintsLatentsAsTheyAreAndAtItsOwnSize() {
        decoder(1);
        try (ModelPackage opened = open()) {
            LatentPreviewer detailed = opened.previewer().detailed().orElseThrow();
            Rgb picture = detailed.preview(latents());
            assertThat(picture.width()).isEqualTo(12);
            assertThat(picture.height()).isEqualTo(8);
            assertThat(new int[] {picture.at(5, 5, 0), picture.at(5, 5, 1), picture.at(5, 5, 2)}).containsExactly(255, 0, 128);
            assertThat(opened.previewer().preview(latents()).width()).as("quick previews stay linear").isEqualTo(3);
            assertThat(detailed.difference(latents(), latents())).isEqualTo(opened.previewer().difference(latents(), latents()));
        }
    }

    @Test
    void aDecoderWhosePicturesBeginAtZeroIsKnownByWhatItMakesOfNoise() {
        new OnnxGraph()
                .input("latent_sample", TensorType.FLOAT, 1, 4, "height", "width")
                .output("sample", TensorType.FLOAT, 1, 3, "h", "w")
                .weight("mix", new long[] {3, 4, 1, 1}, 0, 0.5f, 0, 0, 0, 0, 0.5f, 0, 0.5f, 0, 0, 0)
                .weight("bias", new long[] {3}, 0.5f, 0.5f, 0.5f)
                .weight("low", new long[0], 0)
                .weight("high", new long[0], 1)
                .node("Conv", List.of("latent_sample", "mix", "bias"), List.of("rgb"), Map.of())
                .node("Clip", List.of("rgb", "low", "high"), List.of("sample"), Map.of())
                .write(model.file("preview_decoder/model.onnx"));
        try (ModelPackage opened = open()) {
            Rgb picture = opened.previewer().detailed().orElseThrow().preview(latents());
            assertThat(new int[] {picture.at(1, 1, 0), picture.at(1, 1, 1), picture.at(1, 1, 2)}).containsExactly(255, 0, 128);
        }
    }

    @Test
    void afterTheModelWasClosedPicturesAreLinear() {
        decoder(1);
        LatentPreviewer previewer;
        try (ModelPackage opened = open()) {
            previewer = opened.previewer();
        }
        assertThat(previewer.detailed().orElseThrow().preview(latents())).isEqualTo(previewer.preview(latents()));
    }

    @Test
    void aDecoderThatGivesNoPictureIsNotedAndNotUsed() {
        decoder(2);
        try (ModelPackage opened = open()) {
            assertThat(opened.previewer().detailed()).isEmpty();
            assertThat(opened.info().notes()).anySatisfy(note -> assertThat(note).startsWith("The preview decoder is not used: preview_decoder/model.onnx"));
        }
    }

    @Test
    void withoutADecoderThereIsNothingMoreDetailed() {
        try (ModelPackage opened = open()) {
            assertThat(opened.previewer().detailed()).isEmpty();
        }
    }
}
