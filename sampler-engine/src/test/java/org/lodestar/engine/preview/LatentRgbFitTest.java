package org.lodestar.engine.preview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.latent.LatentFormat.RgbFactors;
import org.lodestar.engine.latent.Latents;

class LatentRgbFitTest {
    private static final RgbFactors KNOWN = new RgbFactors(
            List.of(List.of(0.3, -0.1, 0.0), List.of(0.0, 0.2, 0.1), List.of(-0.1, 0.0, 0.25)), List.of(0.1, 0.0, -0.2));

    /// A decoder that is exactly linear, up to rounding to bytes, and enlarges by 4.
    private static Rgb linear(Latents z) {
        Rgb small = new LinearPreviewer(KNOWN).preview(z);
        int width = small.width() * 4;
        byte[] bytes = new byte[width * small.height() * 4 * 3];
        for (int i = 0; i < bytes.length; i++) {
            int pixel = i / 3;
            bytes[i] = (byte) small.at(pixel % width / 4, pixel / width / 4, i % 3);
        }
        return Rgb.adopt(width, small.height() * 4, bytes);
    }

    @Test
    void findsTheFactorsOfALinearDecoder() {
        LatentRgbFit fit = LatentRgbFit.of(3, LatentRgbFitTest::linear);

        assertThat(fit.rSquared()).isBetween(0.999, 1.0);
        for (int c = 0; c < 3; c++) {
            for (int k = 0; k < 3; k++) {
                assertThat(fit.factors().weights().get(c).get(k)).isCloseTo(KNOWN.weights().get(c).get(k), within(0.005));
                assertThat(fit.factors().bias().get(k)).isCloseTo(KNOWN.bias().get(k), within(0.005));
            }
        }
    }

    @Test
    void saysWhenADecoderIsNotLinearAtAll() {
        LatentRgbFit fit = LatentRgbFit.of(3, z -> linear(z.like(i -> Math.sin(40 * z.at(i)))));

        assertThat(fit.rSquared()).isLessThan(0.2);
    }

    @Test
    void survivesADecoderThatIsFlat() {
        LatentRgbFit fit = LatentRgbFit.of(2, z -> Rgb.adopt(z.width(), z.height(), new byte[z.width() * z.height() * 3]));

        assertThat(fit.rSquared()).isZero();
        assertThat(fit.factors().bias().getFirst()).isCloseTo(-1, within(1e-6));
    }

    @Test
    void usesTheEncoderToLookWhereRealPicturesLie() {
        List<Latents> seen = new java.util.ArrayList<>();
        LatentRgbFit.of(
                3,
                4,
                z -> {
                    seen.add(z);
                    return linear(z);
                },
                image -> Latents.zeros(3, image.height() / 4, image.width() / 4).like(i -> image.at(0, 0, 0) / 255.0));

        assertThat(seen).hasSize(12);
    }
}
