package org.lodestar.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ImageMetricsTest {

    @Test
    void saturationIsThatOfHsv() {
        assertThat(ImageMetrics.of(Pictures.flat(3, 2, 200, 100, 100)).saturation()).isEqualTo(0.5);
        assertThat(ImageMetrics.of(Pictures.flat(3, 2, 90, 90, 90)).saturation()).isZero();
        assertThat(ImageMetrics.of(Pictures.flat(3, 2, 0, 0, 0)).saturation()).isZero();
    }

    @Test
    void contrastIsTheSpreadOfTheLuma() {
        assertThat(ImageMetrics.of(Pictures.flat(4, 4, 10, 20, 30)).contrast()).isCloseTo(0, within(1e-7));
        byte[] halves = new byte[2 * 3];
        halves[3] = halves[4] = halves[5] = (byte) 255;
        assertThat(ImageMetrics.of(Rgb.adopt(2, 1, halves)).contrast()).isCloseTo(0.5, within(1e-9));
    }

    @Test
    void aPixelIsClippedWhereAnyChannelIsAtItsEnd() {
        byte[] bytes = {1, 2, 3, 0, 9, 9, (byte) 255, 9, 9, 100, 100, 100};
        assertThat(ImageMetrics.of(Rgb.adopt(4, 1, bytes)).clipped()).isEqualTo(0.5);
    }

    @Test
    void noiseRatioFollowsItsFormula() {
        Rgb a = Pictures.flat(8, 8, 100, 100, 100);
        assertThat(ImageMetrics.psnr(a, a)).isInfinite();
        assertThat(ImageMetrics.psnr(a, Pictures.flat(8, 8, 110, 110, 110))).isCloseTo(20 * Math.log10(25.5), within(1e-9));
        assertThatThrownBy(() -> ImageMetrics.psnr(a, Pictures.flat(8, 9, 1, 1, 1))).hasMessageContaining("8x9");
    }

    /// The reference is scikit-image's structural_similarity with Gaussian weights, sigma 1.5 and population covariance, on the same luma.
    @Test
    void similarityAgreesWithAnIndependentImplementation() {
        Rgb a = Pictures.gradient(40, 28);
        byte[] changed = a.toBytes();
        for (int i = 0; i < 40 * 28; i++) {
            int red = (changed[3 * i] & 0xff) + (i % 40 * 7 + i / 40 * 13) % 31 - 15;
            changed[3 * i] = (byte) Math.clamp(red, 0, 255);
        }
        assertThat(Ssim.of(a, Rgb.adopt(40, 28, changed))).isCloseTo(0.9869168250608995, within(1e-9));
    }

    @Test
    void similarityIsOneForEqualAndLowForUnrelatedPictures() {
        Rgb noise = Pictures.noise(1, 32, 32);
        assertThat(Ssim.of(noise, noise)).isCloseTo(1, within(1e-12));
        assertThat(Ssim.of(noise, Pictures.noise(2, 32, 32))).isBetween(-0.1, 0.1);
        assertThat(Ssim.of(noise, Pictures.gradient(32, 32))).isEqualTo(Ssim.of(Pictures.gradient(32, 32), noise));
        assertThat(Ssim.of(Pictures.noise(1, 3, 3), Pictures.noise(1, 3, 3))).isCloseTo(1, within(1e-12));
    }

    @Test
    void resizingKeepsFlatColoursAndLinearRamps() {
        Rgb flat = Pictures.flat(7, 5, 13, 200, 77);
        assertThat(Resize.to(flat, 70, 50)).isEqualTo(Pictures.flat(70, 50, 13, 200, 77));
        assertThat(Resize.to(flat, 3, 2)).isEqualTo(Pictures.flat(3, 2, 13, 200, 77));
        assertThat(Resize.to(flat, 7, 5)).isSameAs(flat);
        Rgb ramp = Resize.to(Pictures.gradient(64, 64), 256, 256);
        for (int x = 16; x < 240; x++) {
            assertThat((double) ramp.at(x, 128, 0)).isCloseTo(((x + 0.5) / 4 - 0.5) * 255 / 63, within(1.6));
        }
    }

    @Test
    void shrinkingAveragesWhatFallsTogether() {
        byte[] stripes = new byte[64 * 3];
        for (int x = 0; x < 64; x += 2) {
            stripes[3 * x] = (byte) 200;
        }
        Rgb small = Resize.to(Rgb.adopt(64, 1, stripes), 8, 1);
        for (int x = 1; x < 7; x++) {
            assertThat(small.at(x, 0, 0)).isBetween(98, 102);
        }
    }
}
