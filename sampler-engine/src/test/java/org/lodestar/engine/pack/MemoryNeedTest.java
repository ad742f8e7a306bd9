package org.lodestar.engine.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.testing.TinyFolder;

class MemoryNeedTest {
    @TempDir
    Path temp;

    private static final MemoryNeed NEED = new MemoryNeed(600, 300, 200, 0);

    @Test
    void warnsFromFourFifthsOnAndRefusesBeyondAllUnlessToldToTry() {
        assertThat(NEED.total()).isEqualTo(900);
        assertThat(NEED.inTurn()).isEqualTo(600);
        assertThat(NEED.check(1125, false)).isEmpty();
        assertThat(NEED.check(1124, false)).hasValueSatisfying(sentence -> assertThat(sentence).contains("loaded in turn, so that pictures take longer"));
        assertThat(NEED.check(600, false)).isPresent();
        assertThatThrownBy(() -> NEED.check(599, false)).isInstanceOf(EngineException.OutOfResources.class).hasMessageContaining("--any-memory");
        assertThat(NEED.check(599, true)).hasValueSatisfying(sentence -> assertThat(sentence).contains("may fail"));
    }

    @Test
    void theNumbersAreTold() {
        MemoryNeed large = new MemoryNeed(8_000_000_000L, 3_500_000_000L, 2_000_000_000L, 0);
        assertThatThrownBy(() -> large.check(6_000_000_000L, false))
                .hasMessageContaining("11.5 GB")
                .hasMessageContaining("weights 8.0 GB")
                .hasMessageContaining("7.0 GB with its parts")
                .hasMessageContaining("machine has 6.0 GB");
    }

    @Test
    void addsUpThePartsTheLargestOnceMoreAndThePicture() {
        TinyFolder folder = TinyFolder.write(temp.resolve("model"));
        MemoryNeed need = need(folder);
        ModelFolder.Contents contents = Objects.requireNonNull(ModelFolder.inspect(folder.root()).contents());
        long parts = contents.texts().getFirst().part().bytes() + contents.decoder().bytes()
                + Objects.requireNonNull(contents.denoisers().get(org.lodestar.engine.model.Branch.Net.MAIN)).part().bytes();

        assertThat(need.weights()).isEqualTo(parts);
        assertThat(need.working()).as("128x128 pixels").isEqualTo(3072L * 128 * 128);

        TinyFolder.decoderOf(TensorType.FLOAT16).write(folder.file("vae_decoder/model.onnx"));
        long half = Objects.requireNonNull(ModelFolder.inspect(folder.root()).contents()).decoder().bytes();
        assertThat(need(folder).weights()).isEqualTo(parts - contents.decoder().bytes() + 2 * half);
    }

    private static MemoryNeed need(TinyFolder folder) {
        return MemoryNeed.of(Objects.requireNonNull(ModelFolder.inspect(folder.root()).contents()));
    }
}
