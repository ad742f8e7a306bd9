package org.lodestar.engine.latent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Parts of a picture: that they cover it, and that they come together again.
class CropTest {

    @Test
    void partsOfFiveEighthsAreFourAsTheAuthorsCutThem() {
        assertThat(Crop.covering(Latents.zeros(1, 64, 64), 0.625, 0.4, 1))
                .containsExactly(new Crop(0, 0, 40, 40), new Crop(0, 24, 40, 40), new Crop(24, 0, 40, 40), new Crop(24, 24, 40, 40));
        assertThat(Crop.covering(Latents.zeros(1, 16, 16), 0.625, 0.4, 1)).hasSize(4);
    }

    /// Every side, odd ones too, every unit, every share: all cells lie in some part, no part lies outside, parts are multiples of the unit and shorter than the side where there is room.
    @Test
    void partsCoverEverySide() {
        for (int unit : new int[] {1, 2, 3, 8}) {
            for (int units = 1; units <= 13; units++) {
                for (double share : new double[] {0.25, 0.3, 0.5, 0.625, 0.9, 0.99, 1}) {
                    for (double overlap : new double[] {0, 0.1, 0.4, 0.75}) {
                        Latents whole = Latents.zeros(1, units * unit, 5 * unit);
                        List<Crop> parts = Crop.covering(whole, share, overlap, unit);
                        String where = whole.shape() + " in parts of " + share + " with " + overlap + " by " + unit;
                        assertThat(Crop.counts(whole, parts)).as(where).doesNotContain(0);
                        for (Crop part : parts) {
                            assertThat(List.of(part.top() % unit, part.left() % unit, part.height() % unit, part.width() % unit)).as(where).containsOnly(0);
                            assertThat(part.height() < whole.height()).as(where).isEqualTo(share < 1 && units > 1);
                            assertThat(part.top() >= 0 && part.top() + part.height() <= whole.height()).as(where).isTrue();
                        }
                        assertThat(parts).as(where).doesNotHaveDuplicates();
                    }
                }
            }
        }
    }

    @Test
    void sidesThatAreNoMultiplesOfTheUnitAreCoveredToo() {
        Latents whole = Latents.zeros(1, 7, 11);
        assertThat(Crop.counts(whole, Crop.covering(whole, 0.5, 0.25, 2))).doesNotContain(0);
    }

    @Test
    void partsComeTogetherAgainBitForBit() {
        Random random = new Random(4);
        Latents whole = Latents.zeros(3, 7, 13).like(i -> random.nextGaussian());
        for (double overlap : new double[] {0, 0.4, 0.7}) {
            List<Crop> parts = Crop.covering(whole, 0.4, overlap, 1);
            assertThat(Crop.mean(whole, parts, parts.stream().map(part -> part.of(whole)).toList())).isEqualTo(whole);
        }
    }

    @Test
    void cellsAreTheMeanOfThePartsThatHoldThem() {
        Latents row = Latents.zeros(1, 1, 5);
        List<Crop> parts = List.of(new Crop(0, 0, 1, 3), new Crop(0, 1, 1, 3), new Crop(0, 2, 1, 3));
        List<Latents> found = List.of(same(3, 1), same(3, 4), same(3, 10));
        assertThat(Crop.mean(row, parts, found)).isEqualTo(Latents.of(1, 1, 5, new float[] {1, 2.5f, 5, 7, 10}));
        assertThat(Crop.counts(row, parts)).containsExactly(1, 2, 3, 2, 1);
    }

    private static Latents same(int width, float value) {
        return Latents.zeros(1, 1, width).like(i -> value);
    }
}
