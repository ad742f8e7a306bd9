package org.lodestar.engine.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.testing.OnnxGraph;

class OnnxFileTest {
    @TempDir
    Path folder;

    private OnnxFile read(OnnxGraph graph) throws IOException {
        return OnnxFile.read(graph.write(folder.resolve("m.onnx")));
    }

    @Test
    void tellsWhatAGraphDeclares() throws IOException {
        OnnxFile file = read(new OnnxGraph()
                .input("x", TensorType.FLOAT16, "batch", 4, "", 64)
                .input("w", TensorType.FLOAT, 2)
                .output("y", TensorType.INT64)
                .weight("w", new long[] {2}, 1, 2)
                .node("Add", List.of("x", "w"), List.of("a"), Map.of())
                .node("Add", List.of("a", "w"), List.of("b"), Map.of())
                .node("com.microsoft", "Gelu", List.of("b"), List.of("y"), Map.of())
                .domain("com.microsoft", 1)
                .external("big", new long[] {10, 3}, "data.bin", 8, 120));

        assertThat(file.irVersion()).isEqualTo(8);
        assertThat(file.producer()).isEqualTo("lodestar-test");
        assertThat(file.opsets()).containsOnly(Map.entry("", 17L), Map.entry("com.microsoft", 1L));
        assertThat(file.inputs()).extracting(Object::toString).containsExactly("x: float16[batch,4,?,64]"); // a weight that old exporters list as input is none
        assertThat(file.outputs()).extracting(Object::toString).containsExactly("y: int64[]");
        assertThat(file.operators()).containsOnly(Map.entry("Add", 2), Map.entry("com.microsoft:Gelu", 1));
        assertThat(file.externals()).containsExactly(new OnnxFile.External("big", "data.bin", 8, 120, 120));
        assertThat(file.weightBytes()).containsOnly(Map.entry(TensorType.FLOAT, 128L));
        assertThat(file.problem()).isNull();
    }

    @Test
    void tellsWhereTheValuesOfWeightsLie() throws IOException {
        byte[] bytes = new OnnxGraph()
                .weight("w", new long[] {2}, 1.5f, -2)
                .weight("n", TensorType.INT8, new long[] {3}, new byte[] {7, 8, 9})
                .external("big", new long[] {10, 3}, "data.bin", 8, 120)
                .claim("none", 4)
                .bytes();
        List<OnnxFile.Weight> weights = OnnxFile.read(Files.write(folder.resolve("weights.onnx"), bytes)).weights();

        assertThat(weights).extracting(OnnxFile.Weight::title).containsExactly("w: float[2]", "n: int8[3]", "big: float[10,3]", "none: float[4]");
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(file.getFloat((int) weights.get(0).offset() + 4)).isEqualTo(-2);
        assertThat(weights.get(0).length()).isEqualTo(8);
        assertThat(file.get((int) weights.get(1).offset())).isEqualTo((byte) 7);
        assertThat(weights.get(2)).isEqualTo(new OnnxFile.Weight("big", TensorType.FLOAT, List.of(10L, 3L), "data.bin", 8, 120));
        assertThat(weights.get(3).length()).as("no values to be found").isEqualTo(-1);
    }

    @Test
    void readsARealModelWithoutLoadingItsWeights() throws IOException {
        OnnxFile file = OnnxFile.read(Path.of(System.getProperty("lodestar.root"), "models/starter/unet/model.onnx"));

        assertThat(file.inputs()).extracting(Object::toString).containsExactly(
                "sample: float[batch_size,4,height,width]", "timestep: float[]", "encoder_hidden_states: float[batch_size,sequence_length,384]");
        assertThat(file.operators().get("Conv")).isGreaterThan(10);
        assertThat(file.weightBytes().get(TensorType.FLOAT16)).isGreaterThan(30_000_000L);
    }

    @Test
    void namesRulesThatAFileBreaks() throws IOException {
        assertThat(read(new OnnxGraph().claim("huge", 1L << 33, 1L << 33)).problem()).contains("multiply to more than any memory holds");
        assertThat(read(new OnnxGraph().claim("large", 1L << 39)).problem()).contains("large claims");
        assertThat(read(new OnnxGraph().claim("odd", 4, -1)).problem()).contains("negative dimension");
    }

    @Test
    void refusesGraphsNestedTooDeep() throws IOException {
        assertThat(read(new OnnxGraph().nested(15)).operators()).containsEntry("If", 16);
        assertThatThrownBy(() -> read(new OnnxGraph().nested(200))).isInstanceOf(OnnxFile.Malformed.class).hasMessageContaining("nested");
    }

    @Test
    void refusesWhatIsNoModel() throws IOException {
        for (String content : List.of("", "{}", "version https://git-lfs", "\u0008\u0008", "PK\u0003\u0004zip", "<html><body>404</body></html>")) {
            Path file = Files.write(folder.resolve("x"), content.getBytes(StandardCharsets.ISO_8859_1));
            assertThatThrownBy(() -> OnnxFile.read(file)).as("\"%s\"", content).isInstanceOf(OnnxFile.Malformed.class);
        }
    }

    @Test
    void survivesDamageOfAnyKind() throws IOException {
        byte[] sound = new OnnxGraph()
                .input("x", TensorType.FLOAT, "batch", 4)
                .output("y", TensorType.FLOAT, "batch", 4)
                .weight("w", new long[] {4}, 1, 2, 3, 4)
                .external("e", new long[] {4}, "data", 0, 16)
                .nested(3)
                .node("Add", List.of("x", "w"), List.of("y"), Map.of("k", 1L))
                .bytes();
        Random random = new Random(1);
        Path file = folder.resolve("damaged.onnx");
        int malformed = 0;
        for (int i = 0; i < 3000; i++) {
            byte[] damaged = sound.clone();
            for (int k = 0; k <= i % 4; k++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            Files.write(file, damaged);
            try {
                OnnxFile.read(file);
            } catch (OnnxFile.Malformed e) {
                assertThat(e.getMessage()).isNotBlank();
                malformed++;
            }
        }
        assertThat(malformed).isGreaterThan(300); // anything but a Malformed would have failed the test
    }
}
