package org.lodestar.studio.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ResamplingTest {

    @Test
    void aFlatPictureStaysFlatAtAnySize() {
        int[] flat = new int[7 * 5];
        Arrays.fill(flat, 0xff4080c0);
        assertThat(Resampling.enlarge(flat, 7, 5, 8)).hasSize(7 * 5 * 64).containsOnly(0xff4080c0);
        assertThat(Resampling.shrink(flat, 7, 5, 3)).hasSize(3 * 2).containsOnly(0xff4080c0);
    }

    @Test
    void enlargingAStraightRampStaysAStraightRampAwayFromTheEdges() {
        int[] ramp = new int[16];
        for (int x = 0; x < 16; x++) {
            ramp[x] = grey(x * 16);
        }
        int[] large = Resampling.enlarge(ramp, 16, 1, 4);
        for (int x = 8; x < 56; x++) {
            double expected = ((x + 0.5) / 4 - 0.5) * 16;
            assertThat((double) (large[x] & 0xff)).isBetween(expected - 0.51, expected + 0.51);
        }
    }

    @Test
    void enlargingTurnsWithThePicture() {
        int[] picture = noise();
        int[] turned = new int[36];
        for (int y = 0; y < 6; y++) {
            for (int x = 0; x < 6; x++) {
                turned[x * 6 + (5 - y)] = picture[y * 6 + x];
            }
        }
        int[] large = Resampling.enlarge(picture, 6, 6, 3);
        int[] largeTurned = Resampling.enlarge(turned, 6, 6, 3);
        for (int y = 0; y < 18; y++) {
            for (int x = 0; x < 18; x++) {
                int one = large[y * 18 + x] & 0xff;
                int other = largeTurned[x * 18 + (17 - y)] & 0xff;
                assertThat(Math.abs(one - other)).isLessThanOrEqualTo(1);
            }
        }
    }

    @Test
    void shrinkingAveragesWholeBoxesAndTheRestAtTheEdge() {
        int[] picture = {grey(0), grey(100), grey(30), grey(200), grey(100), grey(50)};
        assertThat(Resampling.shrink(picture, 3, 2, 2)).containsExactly(grey(100), grey(40));
    }

    @Test
    void shrinkingAnEnlargedPictureComesNearIt() {
        int[] picture = new int[64];
        for (int i = 0; i < 64; i++) {
            picture[i] = grey((int) (128 + 100 * Math.sin(i % 8 / 2.0) * Math.cos((i >> 3) / 2.0)));
        }
        int[] back = Resampling.shrink(Resampling.enlarge(picture, 8, 8, 8), 64, 64, 8);
        for (int i = 0; i < 64; i++) {
            assertThat(Math.abs((back[i] & 0xff) - (picture[i] & 0xff))).isLessThan(20);
        }
    }

    private static int[] noise() {
        Random random = new Random(5);
        return random.ints(36, 0, 256).map(ResamplingTest::grey).toArray();
    }

    private static int grey(int level) {
        return 0xff000000 | level << 16 | level << 8 | level;
    }
}
