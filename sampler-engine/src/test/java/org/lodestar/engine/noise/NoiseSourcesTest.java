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
    void guidanceDrawsNoiseOfItsOwn(NoiseSource source) {
        Latents drawn = source.guidance(7, 5, 1, 4, 32, 32);
        assertThat(source.guidance(7, 5, 1, 4, 32, 32)).isEqualTo(drawn);
        assertThat(List.of(
                        source.guidance(7, 5, 0, 4, 32, 32), source.guidance(7, 4, 1, 4, 32, 32), source.guidance(8, 5, 1, 4, 32, 32), source.draw(7, at(5, 1), 4, 32, 32), source.initial(7, 4, 32, 32)))
                .doesNotContain(drawn);
        assertThat(Math.abs(LatentOps.cosine(drawn, source.draw(7, at(5, 1), 4, 32, 32)))).isLessThan(4 / 64.0);
        assertThat(LatentOps.std(drawn, 0)).isEqualTo(1, within(0.05));
    }

    @ParameterizedTest
    @MethodSource("sources")
    void drawsDependOnNothingButSeedStepAndNumber(NoiseSource source) {
        Latents direct = source.draw(7, at(5, 1), 4, 8, 8);
        source.draw(7, at(0, 0), 4, 8, 8);

        assertThat(source.draw(7, at(5, 1), 4, 8, 8)).isEqualTo(direct);
        assertThat(List.of(
                        source.draw(7, at(5, 0), 4, 8, 8), source.draw(7, at(4, 1), 4, 8, 8), source.draw(8, at(5, 1), 4, 8, 8), source.initial(7, 4, 8, 8)))
                .doesNotContain(direct);
        if (!source.id().equals("torch-stream")) { // its generator takes 32 bits of the seed
            assertThat(source.draw(7 + (1L << 32), at(5, 1), 4, 8, 8)).isNotEqualTo(direct);
        }
    }

    @ParameterizedTest
    @MethodSource("sources")
    void everythingIsStandardGaussian(NoiseSource source) {
        for (Latents noise : List.of(source.initial(11, 4, 128, 128), source.draw(11, at(3, 0), 4, 128, 128))) {
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
            Latents draw = source.draw(11, at(step, 0), 4, 64, 64);
            assertThat(LatentOps.cosine(first, draw)).isCloseTo(0, within(4 / Math.sqrt(draw.size())));
            assertThat(LatentOps.cosine(source.draw(11, at(step + 1, 0), 4, 64, 64), draw)).isCloseTo(0, within(4 / Math.sqrt(draw.size())));
        }
    }

    @Test
    void aDrawMayHaveAnySize() {
        Latents seven = new TorchNoise().draw(1, at(0, 0), 1, 1, 7);
        Latents eight = new TorchNoise().draw(1, at(0, 0), 1, 1, 8);
        for (int i = 0; i < 7; i++) {
            assertThat(seven.at(i)).isEqualTo(eight.at(i));
        }
    }

    @ParameterizedTest
    @MethodSource("sources")
    void theTensorsThatOpenARunDifferFromEachOtherAndFromLaterDraws(NoiseSource source) {
        List<Latents> all = List.of(
                source.opening(7, 0, 4, 8, 8),
                source.opening(7, 1, 4, 8, 8),
                source.opening(7, 2, 4, 8, 8),
                source.draw(7, new Draw(0, 0, 3), 4, 8, 8),
                source.draw(7, new Draw(1, 0, 4), 4, 8, 8));

        assertThat(all).doesNotHaveDuplicates();
        assertThat(source.initial(7, 4, 8, 8)).isEqualTo(all.getFirst());
    }

    /// One generator that fills tensor after tensor, with its uniform words counted by hand: 5x5x5 values are 7 blocks and an overlapping eighth, 125 + 16 words.
    @Test
    void theStreamGoesOnWhereTheTensorBeforeEnded() {
        MersenneTwister random = new MersenneTwister(9);
        for (int i = 0; i < 2 * 141 + 700 * 256; i++) {
            random.nextInt();
        }
        int expected = random.nextInt();

        MersenneTwister skipped = new MersenneTwister(9);
        skipped.skip(2 * 141);
        skipped.skip(0);
        skipped.skip(700 * 256);
        assertThat(skipped.nextInt()).isEqualTo(expected);

        TorchStreamNoise stream = new TorchStreamNoise();
        float[] two = TorchNoise.randn(9, 0, 512);
        assertThat(stream.draw(9, new Draw(0, 0, 1), 4, 8, 8).toArray()).containsExactly(java.util.Arrays.copyOfRange(two, 256, 512));
        // blocks of 16 do not line up here, so only the words can be compared: the first uniform after 141 words makes the radius of the first value
        MersenneTwister words = new MersenneTwister(9);
        words.skip(141);
        float first = (words.nextInt() & 0xffffff) * 0x1p-24f;
        words.skip(7);
        float ninth = (words.nextInt() & 0xffffff) * 0x1p-24f;
        double value = Math.sqrt(-2 * Math.log(1 - (double) first)) * Math.cos(2 * Math.PI * ninth);
        assertThat((double) stream.opening(9, 1, 5, 5, 5).at(0)).isCloseTo(value, within(1e-5));
    }

    private static Draw at(int step, int k) {
        return new Draw(step, k, 1 + 2 * step + k);
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
