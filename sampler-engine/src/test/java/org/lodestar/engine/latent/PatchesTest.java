package org.lodestar.engine.latent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;

class PatchesTest {
    private static final int CHANNELS = 3;
    private static final int HEIGHT = 4;
    private static final int WIDTH = 6;
    private static final Latents Z = Latents.zeros(CHANNELS, HEIGHT, WIDTH).like(i -> i);

    @Test
    void everyCellStandsInItsPatchsRowAtItsPlace() {
        FloatBuffer rows = FloatBuffer.allocate(Z.size());
        Patches.copyTo(Z, rows);

        assertThat(Patches.count(Z)).isEqualTo(6);
        for (int c = 0; c < CHANNELS; c++) {
            for (int y = 0; y < HEIGHT; y++) {
                for (int x = 0; x < WIDTH; x++) {
                    int row = y / 2 * (WIDTH / 2) + x / 2;
                    int column = c * 4 + y % 2 * 2 + x % 2;
                    assertThat(rows.get(row * CHANNELS * 4 + column)).as("channel %d, row %d, column %d", c, y, x).isEqualTo(Z.at(c, y, x));
                }
            }
        }
    }

    @Test
    void whatIsPackedIsUnpackedAgain() {
        FloatBuffer rows = FloatBuffer.allocate(Z.size());
        Patches.copyTo(Z, rows);

        assertThat(Patches.read(CHANNELS, HEIGHT, WIDTH, rows.flip())).isEqualTo(Z);
    }

    @Test
    void oddSidesAreRefused() {
        assertThatThrownBy(() -> Patches.copyTo(Latents.zeros(1, 3, 2), FloatBuffer.allocate(6))).hasMessageContaining("3x2");
    }
}
