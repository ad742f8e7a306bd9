package org.lodestar.engine.internal.ort;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class NativeHeapTest {
    private static final Path STATM = Path.of("/proc/self/statm");
    private static final int BLOCK = 64 << 10;
    private static final int BLOCKS = 4000;

    private static long residentBytes() throws IOException {
        return Long.parseLong(Files.readString(STATM).split(" ", -1)[1]) * 4096;
    }

    /// Blocks too small to be mapped one by one, under one that stays: what the library keeps when they are freed.
    @Test
    void freedBlocksGoBackToTheSystem() throws IOException {
        Assumptions.assumeTrue(Files.isReadable(STATM) && NativeHeap.giveBack(), "a GNU C library");
        try (Arena stays = Arena.ofConfined()) {
            long full;
            try (Arena freed = Arena.ofConfined()) {
                for (int i = 0; i < BLOCKS; i++) {
                    MemorySegment block = freed.allocate(BLOCK);
                    block.fill((byte) 1);
                }
                stays.allocate(BLOCK).fill((byte) 1);
                full = residentBytes();
            }
            NativeHeap.giveBack();
            assertThat(full - residentBytes()).isGreaterThan((long) BLOCK * BLOCKS / 2);
        }
    }
}
