package org.lodestar.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InstallationTest {
    private static final Path USER = Path.of("user");

    private static Installation on(String system, Map<String, String> environment) {
        return Installation.of(Path.of("program"), system, USER, environment);
    }

    @Test
    void everySystemHasItsFolders() {
        assertThat(on("Linux", Map.of()).config()).isEqualTo(USER.resolve(".config/lodestar"));
        assertThat(on("Linux", Map.of("XDG_CONFIG_HOME", "cfg")).config()).isEqualTo(Path.of("cfg/lodestar"));
        assertThat(on("Linux", Map.of("XDG_DATA_HOME", "kept")).wildcards()).isEqualTo(Path.of("kept/lodestar/wildcards"));
        assertThat(on("Mac OS X", Map.of()).config()).isEqualTo(USER.resolve("Library/Application Support/Lodestar"));
        assertThat(on("Windows 11", Map.of("APPDATA", "roaming")).config()).isEqualTo(Path.of("roaming/Lodestar"));
        assertThat(on("Windows 11", Map.of("LOCALAPPDATA", "local")).cache()).isEqualTo(Path.of("local/Lodestar/cache"));
    }

    @Test
    void theStarterModelIsTheProgramsOwnAndOthersAreFolders() {
        assertThat(on("Linux", Map.of()).model("starter")).isEqualTo(Path.of("program/models/starter"));
        assertThat(on("Linux", Map.of()).model("elsewhere/model")).isEqualTo(Path.of("elsewhere/model"));
        assertThat(on("Linux", Map.of()).options(2).starterModel()).isEqualTo(Path.of("program/models/starter"));
    }
}
