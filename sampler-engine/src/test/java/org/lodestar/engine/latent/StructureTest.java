package org.lodestar.engine.latent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Coarse and fine structure: cosine transform and pyramid.
class StructureTest {

    @ParameterizedTest
    @CsvSource({"1,1", "2,3", "5,7", "8,8", "6,16"})
    void allFrequenciesTogetherAreThePicture(int height, int width) {
        Latents x = noise(height, width);
        Latents same = CosineTransform.weighted(x, (v, h) -> 1);
        Latents low = CosineTransform.weighted(x, (v, h) -> v < 0.5 && h < 0.5 ? 1 : 0);
        Latents high = CosineTransform.weighted(x, (v, h) -> v < 0.5 && h < 0.5 ? 0 : 1);
        for (int i = 0; i < x.size(); i++) {
            assertThat(same.at(i)).isEqualTo(x.at(i), within(1e-6f));
            assertThat(low.at(i) + high.at(i)).isEqualTo(x.at(i), within(1e-6f));
        }
        assertThat(LatentOps.dot(low, high)).as("both parts are orthogonal").isEqualTo(0, within(1e-5));
    }

    @ParameterizedTest
    @CsvSource({"8,8", "5,7"})
    void aCosineIsOneFrequency(int height, int width) {
        Latents wave = Latents.zeros(2, height, width).like(i -> Math.cos(Math.PI * (i % width + 0.5) * 2 / width));
        double share = 2.0 / width;
        assertThat(LatentOps.norm(CosineTransform.weighted(wave, (v, h) -> v == 0 && Math.abs(h - share) < 1e-9 ? 1 : 0)))
                .isEqualTo(LatentOps.norm(wave), within(1e-5));
        assertThat(LatentOps.norm(CosineTransform.weighted(wave, (v, h) -> v == 0 && Math.abs(h - share) < 1e-9 ? 0 : 1))).isEqualTo(0, within(1e-5));
    }

    @ParameterizedTest
    @CsvSource({"1,1", "2,3", "5,7", "8,8"})
    void theCoarseLevelKeepsAConstantAndIsLinear(int height, int width) {
        Latents constant = Latents.zeros(3, height, width).like(i -> 0.75);
        Latents coarse = Pyramid.coarse(constant);
        for (int i = 0; i < coarse.size(); i++) {
            assertThat(coarse.at(i)).isEqualTo(0.75f, within(1e-6f));
        }
        Latents x = noise(height, width);
        Latents twice = Pyramid.coarse(LatentOps.combine(2, x, 1, constant));
        Latents expected = LatentOps.combine(2, Pyramid.coarse(x), 1, constant);
        for (int i = 0; i < x.size(); i++) {
            assertThat(twice.at(i)).isEqualTo(expected.at(i), within(1e-5f));
        }
    }

    @ParameterizedTest
    @CsvSource({"16,12", "24,18"})
    void theCoarseLevelDropsACheckerboardAndKeepsAGentleSlope(int height, int width) {
        Latents checkers = Latents.zeros(1, height, width).like(i -> (i / width + i % width) % 2 == 0 ? 1 : -1);
        assertThat(LatentOps.norm(Pyramid.coarse(checkers))).isLessThan(0.02 * LatentOps.norm(checkers));
        Latents wave = Latents.zeros(1, height, width).like(i -> Math.cos(Math.PI * (Math.floorDiv(i, width) + 0.5) / height));
        assertThat(LatentOps.norm(LatentOps.subtract(Pyramid.coarse(wave), wave))).isLessThan(0.12 * LatentOps.norm(wave));
    }

    private static Latents noise(int height, int width) {
        Random random = new Random(height * 100L + width);
        return Latents.zeros(3, height, width).like(i -> random.nextGaussian());
    }
}
