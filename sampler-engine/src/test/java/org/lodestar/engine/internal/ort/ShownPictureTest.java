package org.lodestar.engine.internal.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.Engine;
import org.lodestar.engine.EngineOptions;
import org.lodestar.engine.image.Png;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.ModelFolder;
import org.lodestar.engine.pack.PictureInput;
import org.lodestar.engine.pack.TensorType;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.record.AtomicFile;
import org.lodestar.engine.run.OutputPlan;
import org.lodestar.engine.run.RunHandle;
import org.lodestar.engine.run.RunOutcome;
import org.lodestar.engine.run.RunRequest;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.engine.run.Source;
import org.lodestar.engine.testing.OnnxGraph;
import org.lodestar.engine.testing.TinyFolder;

/// Inpainting and editing networks: what they are shown arrives at the channels where they were trained to find it. The tiny denoisers answer with the channels under test as the clean sample.
class ShownPictureTest {
    private static final double SCALE = 0.5;

    @TempDir
    Path folder;

    private TinyFolder model;
    private Path picture = Path.of("");
    private Path mask = Path.of("");

    @BeforeEach
    void files() {
        model = TinyFolder.write(folder.resolve("model"));
        model.text("vae_decoder/config.json", "{\"block_out_channels\": [1, 1, 1, 1], \"scaling_factor\": " + SCALE + "}");
        model.text("scheduler/scheduler_config.json",
                "{\"_class_name\": \"DDIMScheduler\", \"beta_schedule\": \"scaled_linear\", \"prediction_type\": \"sample\", \"clip_sample\": false}");
        new OnnxGraph()
                .input("sample", TensorType.FLOAT, "batch", 3, "h", "w")
                .output("latent_sample", TensorType.FLOAT, "batch", 4, "height", "width")
                .weight("mix", new long[] {4, 3, 1, 1}, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1)
                .weight("scales", new long[] {4}, 1, 1, 0.125f, 0.125f)
                .node("Resize", List.of("sample", "", "scales"), List.of("small"), Map.of())
                .node("Conv", List.of("small", "mix"), List.of("latent_sample"), Map.of())
                .write(model.file("vae_encoder/model.onnx"));
        picture = write("picture.png", (x, y) -> x / 8 * 10 + y / 8 * 20);
        mask = write("mask.png", (x, y) -> x < 32 ? 255 : 0);
    }

    private interface Shade {
        int at(int x, int y);
    }

    private Path write(String name, Shade shade) {
        byte[] bytes = new byte[64 * 64 * 3];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) shade.at(i / 3 % 64, i / 192);
        }
        Path file = folder.resolve(name);
        AtomicFile.replace(file, Png.encode(Rgb.adopt(64, 64, bytes), List.of()));
        return file;
    }

    /// A denoiser with `channels` inputs whose answer `k` is input channel `first + k`, or `first` itself where `same`.
    private void denoiser(int channels, int first, boolean same) {
        float[] weights = new float[4 * channels];
        for (int k = 0; k < 4; k++) {
            weights[k * channels + first + (same ? 0 : k)] = 1;
        }
        new OnnxGraph()
                .input("sample", TensorType.FLOAT, "batch", channels, "height", "width")
                .input("timestep", TensorType.FLOAT)
                .input("encoder_hidden_states", TensorType.FLOAT, "batch", "sequence", 8)
                .output("out_sample", TensorType.FLOAT, "batch", 4, "height", "width")
                .weight("choice", new long[] {4, channels, 1, 1}, weights)
                .node("Conv", List.of("sample", "choice"), List.of("out_sample"), Map.of())
                .write(model.file("unet/model.onnx"));
    }

    private Latents run(Optional<Source> source, String policy) throws InterruptedException {
        RunSpec spec = new RunSpec(
                model.root().toString(), "a", "", 64, 64, 3, 1, 4, Term.of("ddim"), Term.of("trailing"), Term.parseStack(policy), "torch", List.of()).withSource(source);
        try (Engine engine = Engine.open(new EngineOptions(model.root(), folder.resolve("cache"), 1))) {
            RunHandle run = engine.submit(new RunRequest(List.of(spec), DeviceWish.CPU, OutputPlan.NONE));
            RunOutcome outcome = run.await();
            if (outcome instanceof RunOutcome.Failed failed) {
                throw failed.problem();
            }
            return run.step(0, 0, 3).guided().denoised();
        }
    }

    private Source shown() {
        return Source.of(picture.toString(), 1);
    }

    /// What the tiny encoder makes of the cell's grey, in model space.
    private static double encoded(int channel, int cell) {
        double grey = (cell % 8 * 10 + cell / 8 * 20) / 127.5 - 1;
        return (channel == 3 ? 3 * grey : grey) * SCALE;
    }

    @Test
    void anInpaintingNetworkIsShownTheMaskThenThePictureWithAHole() throws InterruptedException {
        denoiser(9, 4, true);
        assertThat(ModelFolder.inspect(model.root()).contents()).isNotNull().satisfies(contents -> assertThat(contents.picture()).isEqualTo(PictureInput.REPAINT));
        Latents shownMask = run(Optional.of(shown().withMask(mask.toString())), "none");
        denoiser(9, 5, false);
        Latents shownPicture = run(Optional.of(shown().withMask(mask.toString())), "none");

        for (int i = 0; i < 256; i++) {
            boolean hole = i % 8 < 4;
            assertThat(shownMask.at(i)).as("mask, entry %d", i).isEqualTo(hole ? 1 : 0);
            assertThat((double) shownPicture.at(i)).as("picture, entry %d", i).isCloseTo(hole ? 0 : encoded(i / 64, i % 64), within(1e-5));
        }
    }

    @Test
    void withoutAMaskAnInpaintingNetworkRepaintsEverything() throws InterruptedException {
        denoiser(9, 4, true);
        assertThat(run(Optional.of(shown()), "none").toArray()).containsOnly(1);
    }

    @Test
    void anEditingNetworkIsShownTheUnscaledPicture() throws InterruptedException {
        denoiser(8, 4, false);
        assertThat(ModelFolder.inspect(model.root()).contents()).isNotNull().satisfies(contents -> assertThat(contents.picture()).isEqualTo(PictureInput.EDIT));
        Latents seen = run(Optional.of(shown()), "none");
        for (int i = 0; i < 256; i++) {
            assertThat((double) seen.at(i)).isCloseTo(encoded(i / 64, i % 64) / SCALE, within(1e-5));
        }
    }

    /// Seen is the picture, unseen zeros: `D = D_c + (w - 1)*(D_i - 0)` is `w` times the picture.
    @Test
    void imageGuidanceWeighsThePictureAgainstNone() throws InterruptedException {
        denoiser(8, 4, false);
        Latents weighed = run(Optional.of(shown()), "cfg(w=5) + image_guidance(w=2.5)");
        for (int i = 0; i < 256; i++) {
            assertThat((double) weighed.at(i)).isCloseTo(2.5 * encoded(i / 64, i % 64) / SCALE, within(1e-4));
        }
    }

    @Test
    void suchModelsSayWhatTheyMissWithoutAPicture() {
        denoiser(8, 4, false);
        assertThatThrownBy(() -> run(Optional.empty(), "none")).hasMessageContaining("edits a picture by words");
        denoiser(9, 4, true);
        assertThatThrownBy(() -> run(Optional.empty(), "none")).hasMessageContaining("repaints a part of a picture");
        model.delete("vae_encoder/model.onnx");
        assertThat(ModelFolder.inspect(model.root()).report().problems()).anyMatch(problem -> problem.where().startsWith("vae_encoder"));
    }
}
