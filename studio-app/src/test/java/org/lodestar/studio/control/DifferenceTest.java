package org.lodestar.studio.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DifferenceTest {

    @Test
    void equalPicturesDifferNowhere() {
        int[] picture = {0xff102030, 0xffffffff};
        Difference difference = Difference.between(picture, picture.clone(), 2, 1);
        assertThat(difference.mean()).isZero();
        assertThat(difference.max()).isZero();
        assertThat(difference.argb()).containsOnly(ColourRamp.argb(0));
    }

    @Test
    void blackAgainstWhiteIsTheLargestDifferenceThereIs() {
        Difference difference = Difference.between(new int[] {0xff000000, 0xff000000}, new int[] {0xffffffff, 0xff000000}, 2, 1);
        assertThat(difference.max()).isCloseTo(255, within(1e-9));
        assertThat(difference.mean()).isCloseTo(127.5, within(1e-9));
        assertThat(difference.argb()).containsExactly(ColourRamp.argb(1), ColourRamp.argb(0));
    }

    @Test
    void theDifferenceIsTheRootMeanSquareOverTheChannels() {
        Difference difference = Difference.between(new int[] {0xff0a1400}, new int[] {0xff000000}, 1, 1);
        assertThat(difference.at(0, 0)).isCloseTo(Math.sqrt((100 + 400) / 3.0), within(1e-5));
    }

    @Test
    void orderDoesNotMatter() {
        int[] a = {0xff102030, 0xff00ff00};
        int[] b = {0xff908070, 0xff0000ff};
        assertThat(Difference.between(a, b, 2, 1).argb()).isEqualTo(Difference.between(b, a, 2, 1).argb());
    }

    @Test
    void tinyDifferencesAreNotBlownUpToTheFullRamp() {
        Difference difference = Difference.between(new int[] {0xff030303}, new int[] {0xff000000}, 1, 1);
        assertThat(difference.scale()).isEqualTo(Difference.LEAST_SCALE);
        assertThat(difference.argb()).containsExactly(ColourRamp.argb(3 / Difference.LEAST_SCALE));
    }

    @Test
    void picturesOfOtherSizesAreRefused() {
        assertThatThrownBy(() -> Difference.between(new int[4], new int[6], 2, 2)).hasMessageContaining("2x2");
    }

    @Test
    void theRampGetsEvenlyLighter() {
        double before = -1;
        for (int i = 0; i <= 100; i++) {
            int argb = ColourRamp.argb(i / 100.0);
            double luminance = 0.2126 * linear(argb >> 16) + 0.7152 * linear(argb >> 8) + 0.0722 * linear(argb);
            double lightness = Math.cbrt(luminance);
            assertThat(lightness).isGreaterThan(before - 0.004);
            before = Math.max(before, lightness);
        }
        assertThat(before).isGreaterThan(0.9);
        assertThat(ColourRamp.argb(-3)).isEqualTo(ColourRamp.argb(0));
        assertThat(ColourRamp.argb(7)).isEqualTo(ColourRamp.argb(1));
    }

    private static double linear(int channel) {
        double value = (channel & 0xff) / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }
}
