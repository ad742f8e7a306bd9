package org.lodestar.engine.internal.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.image.Blank;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.latent.LatentFormat;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.OnnxFile;
import org.lodestar.engine.pack.TensorType;
import org.lodestar.engine.testing.OnnxGraph;

class OrtLatentCodecTest {
    private static final CancelToken NEVER = new CancelToken();
    private static final LatentFormat FORMAT = new LatentFormat(4, 2, 0.5, 0.25);

    @TempDir
    static Path folder;

    private static OrtRuntime runtime;

    @BeforeAll
    static void start() {
        runtime = OrtRuntime.start(folder, 1);
    }

    /// Shows the first three channels, twice as large; `log` makes negative values not-a-number.
    private static OrtNet decoder(String name, TensorType type, boolean log) {
        OnnxGraph graph = new OnnxGraph()
                .input("latent_sample", type, 1, 4, "height", "width")
                .output("sample", type, 1, 3, "h", "w")
                .weight("mix", new long[] {3, 4, 1, 1}, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0)
                .weight("scales", new long[] {4}, 1, 1, 2, 2)
                .node("Cast", List.of("latent_sample"), List.of("z"), Map.of("to", 1L))
                .node("Conv", List.of("z", "mix"), List.of("rgb"), Map.of())
                .node(log ? "Log" : "Identity", List.of("rgb"), List.of("colour"), Map.of())
                .node("Resize", List.of("colour", "", "scales"), List.of("large"), Map.of())
                .node("Cast", List.of("large"), List.of("sample"), Map.of("to", OnnxGraph.code(type)));
        try {
            Path file = graph.write(folder.resolve(name + ".onnx"));
            return OrtNet.open(runtime, runtime.choose(DeviceWish.CPU), OrtRuntime.Use.NOW_AND_THEN, name, file, OnnxFile.read(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void undoesScaleAndShiftAndMapsToBytesForEveryType() {
        for (TensorType type : List.of(TensorType.FLOAT, TensorType.FLOAT16)) {
            try (OrtNet net = decoder("plain", type, false)) {
                // z/scale + shift: -0.625 becomes -1, -0.125 becomes 0, 0.375 becomes 1, beyond is cut
                Latents z = Latents.of(4, 1, 2, new float[] {-0.625f, 0.375f, -0.125f, 9, -9, -0.125f, 0, 0});

                Rgb picture = new OrtLatentCodec(net, null, null, FORMAT).decode(z, NEVER);

                assertThat(picture.width()).isEqualTo(4);
                assertThat(new int[] {picture.at(0, 0, 0), picture.at(0, 0, 1), picture.at(0, 0, 2)}).containsExactly(0, 128, 0);
                assertThat(new int[] {picture.at(3, 1, 0), picture.at(3, 1, 1), picture.at(3, 1, 2)}).containsExactly(255, 255, 128);
            }
        }
    }

    @Test
    void decodesAgainInFullPrecisionWhereTheFirstTryOverflows() {
        Latents z = Latents.zeros(4, 2, 2).like(i -> -1);
        try (OrtNet broken = decoder("broken", TensorType.FLOAT, true);
                LazyNet exact = new LazyNet(() -> decoder("exact", TensorType.FLOAT, false))) {
            assertThatThrownBy(() -> new OrtLatentCodec(broken, null, null, FORMAT).decode(z, NEVER)).isInstanceOf(EngineException.NumericalFailure.class);

            assertThat(new OrtLatentCodec(broken, exact, null, FORMAT).decode(z, NEVER).at(0, 0, 0)).isZero();
        }
    }

    @Test
    void decodesAgainWhereTheFirstTryIsFlatAndKeepsAFlatPictureThatIsOne() {
        Latents z = Latents.zeros(4, 2, 2).like(i -> -0.6 + 0.1 * i);
        try (OrtNet usual = decoder("usual", TensorType.FLOAT, false);
                LazyNet exact = new LazyNet(() -> usual)) {
            Rgb right = new OrtLatentCodec(usual, null, null, FORMAT).decode(z, NEVER);
            try (OrtNet flat = flat()) {
                assertThat(new OrtLatentCodec(flat, exact, null, FORMAT).decode(z, NEVER)).isEqualTo(right);
                assertThat(Blank.of(new OrtLatentCodec(flat, null, null, FORMAT).decode(z, NEVER))).isEqualTo(Blank.FLAT);
            }
            Latents grey = Latents.zeros(4, 2, 2);
            assertThat(Blank.of(new OrtLatentCodec(usual, exact, null, FORMAT).decode(grey, NEVER))).isEqualTo(Blank.FLAT);
        }
    }

    /// A decoder whose pictures are all of one colour.
    private static OrtNet flat() {
        OnnxGraph graph = new OnnxGraph()
                .input("latent_sample", TensorType.FLOAT, 1, 4, "height", "width")
                .output("sample", TensorType.FLOAT, 1, 3, "h", "w")
                .weight("mix", new long[] {3, 4, 1, 1}, new float[12])
                .weight("scales", new long[] {4}, 1, 1, 2, 2)
                .node("Conv", List.of("latent_sample", "mix"), List.of("rgb"), Map.of())
                .node("Resize", List.of("rgb", "", "scales"), List.of("sample"), Map.of());
        try {
            Path file = graph.write(folder.resolve("flat.onnx"));
            return OrtNet.open(runtime, runtime.choose(DeviceWish.CPU), OrtRuntime.Use.NOW_AND_THEN, "flat", file, OnnxFile.read(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void decodesLargePicturesInTilesWithoutSeams() {
        Latents z = Latents.zeros(4, 150, 131).like(i -> Math.sin(i * 0.01) * 0.4);
        assertThat(Tiles.needed(150, 131)).isTrue();
        try (OrtNet net = decoder("large", TensorType.FLOAT, false)) {
            Rgb tiled = new OrtLatentCodec(net, null, null, FORMAT).decode(z, NEVER);

            for (int y = 0; y < tiled.height(); y++) {
                for (int x = 0; x < tiled.width(); x++) {
                    for (int k = 0; k < 3; k++) {
                        double exact = Math.clamp((z.at(k, y / 2, x / 2) * 2 + 0.25) * 0.5 + 0.5, 0, 1) * 255;
                        assertThat((double) tiled.at(x, y, k)).isCloseTo(exact, within(0.51));
                    }
                }
            }
        }
    }

    @Test
    void tilesCoverEveryCellAndOverlap() {
        for (int[] size : new int[][] {{10, 10}, {33, 20}, {64, 7}, {21, 40}}) {
            Tiles tiles = new Tiles(size[0], size[1], 1, 1, 20, 6);
            List<Tiles.Tile> all = new ArrayList<>();
            tiles.forEach(all::add);
            int[][] hits = new int[size[0]][size[1]];
            for (Tiles.Tile tile : all) {
                for (int y = tile.top(); y < tile.top() + tile.height(); y++) {
                    for (int x = tile.left(); x < tile.left() + tile.width(); x++) {
                        hits[y][x]++;
                    }
                }
            }
            for (int[] row : hits) {
                for (int hit : row) {
                    assertThat(hit).isPositive();
                }
            }
            assertThat(all).hasSizeLessThanOrEqualTo(9);
        }
    }

    /// Each cell is the upper left of its four pixels, in four channels and, beyond, constants; `log` makes negative values not-a-number.
    private static OrtNet encoder(String name, String output, boolean log) {
        float[] mix = new float[8 * 3];
        for (int i = 0; i < 4; i++) {
            mix[i * 3 + i % 3] = 1;
        }
        OnnxGraph graph = new OnnxGraph()
                .input("sample", TensorType.FLOAT, 1, 3, "height", "width")
                .output(output, TensorType.FLOAT, 1, 8, "h", "w")
                .weight("mix", new long[] {8, 3, 1, 1}, mix)
                .weight("scales", new long[] {4}, 1, 1, 0.5f, 0.5f)
                .node("Resize", List.of("sample", "", "scales"), List.of("small"), Map.of())
                .node(log ? "Log" : "Identity", List.of("small"), List.of("seen"), Map.of())
                .node("Conv", List.of("seen", "mix"), List.of(output), Map.of());
        return open(name, graph);
    }

    private static OrtNet open(String name, OnnxGraph graph) {
        try {
            Path file = graph.write(folder.resolve(name + ".onnx"));
            return OrtNet.open(runtime, runtime.choose(DeviceWish.CPU), OrtRuntime.Use.NOW_AND_THEN, name, file, OnnxFile.read(file));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void encodesLargePicturesInTilesAsInOnePiece() {
        Latents picture = Latents.zeros(3, 300, 262).like(i -> Math.sin(i * 0.001));
        assertThat(Tiles.needed(150, 131)).isTrue();
        try (OrtNet decoder = decoder("decoder for encoder", TensorType.FLOAT, false);
                LazyNet net = new LazyNet(() -> encoder("encoder", "latent_parameters", false))) {
            var found = new OrtLatentCodec(decoder, null, net, FORMAT).posterior(picture, NEVER);

            for (int y = 0; y < 150; y++) {
                for (int x = 0; x < 131; x++) {
                    for (int c = 0; c < 4; c++) {
                        assertThat((double) found.mean().at(c, y, x)).isCloseTo((picture.at(c % 3, 2 * y, 2 * x) - 0.25) * 0.5, within(1e-5));
                        assertThat((double) found.deviation().at(c, y, x)).as("exp(0/2), in model space").isCloseTo(0.5, within(1e-6));
                    }
                }
            }
        }
    }

    @Test
    void encodesAgainInFullPrecisionWhereTheFirstTryOverflows() {
        Latents picture = Latents.zeros(3, 4, 4).like(i -> -0.5);
        try (OrtNet decoder = decoder("decoder beside broken", TensorType.FLOAT, false);
                LazyNet broken = new LazyNet(() -> encoder("broken encoder", "latent_parameters", true));
                LazyNet exact = new LazyNet(() -> encoder("exact encoder", "latent_parameters", false))) {
            assertThatThrownBy(() -> new OrtLatentCodec(decoder, null, broken, FORMAT).posterior(picture, NEVER))
                    .isInstanceOf(EngineException.NumericalFailure.class)
                    .hasMessageContaining("broken encoder gave numbers that are not latents");

            assertThat(new OrtLatentCodec(decoder, null, broken, exact, FORMAT).posterior(picture, NEVER).mean().at(0)).isEqualTo(-0.375f);
        }
    }
}
