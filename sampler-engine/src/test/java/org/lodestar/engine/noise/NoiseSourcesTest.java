package org.lodestar.engine.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;

class NoiseSourcesTest {

    /// The known-answer vectors published with the Random123 library for Philox4x32-10.
    @Test
    void philoxGivesItsPublishedVectors() {
        assertThat(encrypted(0L, 0, 0, 0, 0)).containsExactly(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
        assertThat(encrypted(-1L, -1, -1, -1, -1)).containsExactly(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
        assertThat(encrypted(0x299f31d0_a4093822L, 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344))
                .containsExactly(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1);
    }

    /// The twelve documented values of the NV source for seed 0.
    @Test
    void nvGivesItsDocumentedValues() {
        assertThat(values(new NvNoise().initial(0, 1, 3, 4)))
                .containsExactly(
                        new double[] {
                            -0.92466259, -0.42534415, -2.6438457, 0.14518388, -0.12086647, -0.57972564,
                            -0.62285122, -0.32838709, -1.07454231, -0.36314407, -1.67105067, 2.26550497
                        },
                        within(1e-6));
    }

    /// `numpy.random.RandomState(seed).randn(...)`, numpy 2.4.6.
    @Test
    void numpyGivesTheValuesOfRandomState() {
        assertThat(values(new NumpyNoise().initial(42, 1, 2, 3)))
                .containsExactly(new double[] {0.49671415, -0.1382643, 0.64768854, 1.52302986, -0.23415337, -0.23413696}, within(1e-7));
        assertThat(values(new NumpyNoise().initial(0xffffffffL, 1, 1, 5)))
                .containsExactly(new double[] {0.64840867, 0.66932353, -1.08054372, 0.28450104, 0.11388774}, within(1e-7));
    }

    @ParameterizedTest
    @MethodSource("sources")
    void drawsDependOnNothingButSeedStepAndNumber(NoiseSource source) {
        Latents direct = source.draw(7, 5, 1, 4, 8, 8);
        source.draw(7, 0, 0, 4, 8, 8);

        assertThat(source.draw(7, 5, 1, 4, 8, 8)).isEqualTo(direct);
        assertThat(List.of(
                        source.draw(7, 5, 0, 4, 8, 8), source.draw(7, 4, 1, 4, 8, 8), source.draw(8, 5, 1, 4, 8, 8), source.initial(7, 4, 8, 8)))
                .doesNotContain(direct);
        assertThat(source.draw(7 + (1L << 32), 5, 1, 4, 8, 8)).isNotEqualTo(direct);
    }

    @ParameterizedTest
    @MethodSource("sources")
    void everythingIsStandardGaussian(NoiseSource source) {
        for (Latents noise : List.of(source.initial(11, 4, 128, 128), source.draw(11, 3, 0, 4, 128, 128))) {
            int n = noise.size();
            double standardError = 1 / Math.sqrt(n);
            assertThat(LatentOps.mean(noise)).isCloseTo(0, within(4 * standardError));
            assertThat(LatentOps.std(noise, 0)).isCloseTo(1, within(4 * standardError));
            assertThat(moment(noise, 3)).isCloseTo(0, within(4 * Math.sqrt(15) * standardError));
            assertThat(moment(noise, 4)).isCloseTo(3, within(4 * Math.sqrt(96) * standardError));
        }
    }

    @ParameterizedTest
    @MethodSource("sources")
    void successiveDrawsAreUncorrelated(NoiseSource source) {
        Latents first = source.initial(11, 4, 64, 64);
        for (int step = 0; step < 4; step++) {
            Latents draw = source.draw(11, step, 0, 4, 64, 64);
            assertThat(LatentOps.cosine(first, draw)).isCloseTo(0, within(4 / Math.sqrt(draw.size())));
            assertThat(LatentOps.cosine(source.draw(11, step + 1, 0, 4, 64, 64), draw)).isCloseTo(0, within(4 / Math.sqrt(draw.size())));
        }
    }

    @Test
    void aDrawMayHaveAnySize() {
        Latents seven = new TorchNoise().draw(1, 0, 0, 1, 1, 7);
        Latents eight = new TorchNoise().draw(1, 0, 0, 1, 1, 8);
        for (int i = 0; i < 7; i++) {
            assertThat(seven.at(i)).isEqualTo(eight.at(i));
        }
    }

    static List<NoiseSource> sources() {
        return Catalog.noises();
    }

    private static double[] values(Latents noise) {
        double[] values = new double[noise.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = noise.at(i);
        }
        return values;
    }

    private static double moment(Latents noise, int power) {
        double sum = 0;
        for (float v : noise.toArray()) {
            sum += Math.pow(v, power);
        }
        return sum / noise.size();
    }

    private static int[] encrypted(long key, int... counter) {
        new Philox(key).encrypt(counter);
        return counter;
    }
}
