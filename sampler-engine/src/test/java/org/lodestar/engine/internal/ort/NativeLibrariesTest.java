package org.lodestar.engine.internal.ort;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibrariesTest {
    private static final String ORIGIN = "/ai/onnxruntime/native/linux-x64/";

    @TempDir
    Path cache;

    private Path unpack() throws IOException {
        return Objects.requireNonNull(NativeLibraries.unpack(cache, ORIGIN));
    }

    @Test
    void unpacksOnceAndLeavesNothingElse() throws IOException {
        Path home = unpack();
        Path library = home.resolve(System.mapLibraryName("onnxruntime"));
        assertThat(library).isRegularFile();
        Files.setLastModifiedTime(library, java.nio.file.attribute.FileTime.fromMillis(1));

        assertThat(unpack()).isEqualTo(home);

        assertThat(Files.getLastModifiedTime(library).toMillis()).as("not unpacked again").isEqualTo(1);
        try (Stream<Path> files = Files.list(home.getParent())) {
            assertThat(files).containsExactly(home);
        }
    }

    @Test
    void unpacksAgainWhenAFileIsMissingOrCutOff() throws IOException {
        Path home = unpack();
        Path library = home.resolve(System.mapLibraryName("onnxruntime"));
        long size = Files.size(library);
        Files.write(library, new byte[100]);

        unpack();
        assertThat(Files.size(library)).isEqualTo(size);

        Files.delete(library);
        unpack();
        assertThat(Files.size(library)).isEqualTo(size);
    }

    @Test
    void programsStartingAtOnceDoNotDisturbEachOther() throws Exception {
        try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
            List<Future<Path>> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                all.add(pool.submit(this::unpack));
            }
            for (Future<Path> one : all) {
                assertThat(one.get().resolve(System.mapLibraryName("onnxruntime"))).isRegularFile();
            }
        }
        try (Stream<Path> files = Files.list(cache.resolve("native"))) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void leavesAPlatformWithoutLibrariesToTheRuntime() throws IOException {
        assertThat(NativeLibraries.unpack(cache, "/ai/onnxruntime/native/plan9-mips/")).isNull();
    }

    @Test
    void countsPhysicalCores() {
        String cpu = "physical id\t: 0\ncore id\t\t: %d\n\n";
        String twoCoresFourThreads = cpu.formatted(0) + cpu.formatted(1) + cpu.formatted(0) + cpu.formatted(1);
        assertThat(Processors.physicalCores(twoCoresFourThreads)).isEqualTo(2);
        assertThat(Processors.physicalCores("processor: 0\nmodel name: x\n")).isZero();
        assertThat(Processors.cores()).isBetween(1, Runtime.getRuntime().availableProcessors());
    }
}
