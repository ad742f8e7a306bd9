package org.lodestar.engine.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class VersionsTest {

    @Test
    void whatRecordsSayIsWhatTheBuildUses() throws IOException {
        String pom = Files.readString(Path.of(System.getProperty("lodestar.root"), "pom.xml"));

        assertThat(pom).contains("<version>" + Versions.LODESTAR + "</version>");
        assertThat(pom).contains("<onnxruntime.version>" + Versions.ONNX_RUNTIME + "</onnxruntime.version>");
    }
}
