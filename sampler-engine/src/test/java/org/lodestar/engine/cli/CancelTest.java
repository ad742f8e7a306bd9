package org.lodestar.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Ctrl-C in a process of its own.
class CancelTest {

    /// What the process runs.
    static final class Program {
        private Program() {}

        public static void main(String[] args) {
            System.exit(LodestarCommand.create().execute(args));
        }
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void controlCEndsARunInOrderWithExitCode130(@TempDir Path folder) throws IOException, InterruptedException {
        Path file = folder.resolve("fox.png");
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dlodestar.home=" + System.getProperty("lodestar.root"),
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName(),
                "generate",
                "--prompt",
                "a fox",
                "--steps",
                "1000",
                "--out",
                file.toString());
        builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        Process process = builder.start();
        List<String> said = new ArrayList<>();
        try (BufferedReader err = new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            for (String line = err.readLine(); line != null; line = err.readLine()) {
                said.add(line);
                if (line.startsWith("step ") && said.stream().filter(s -> s.startsWith("step ")).count() == 1) {
                    assertThat(new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start().waitFor()).isZero();
                }
            }
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }

        assertThat(process.exitValue()).isEqualTo(130);
        assertThat(said.getLast()).startsWith("Cancelled after ").endsWith("pictures finished before are kept.");
        assertThat(file).doesNotExist();
    }
}
