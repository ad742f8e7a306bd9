package org.lodestar.engine.preview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.latent.LatentFormat.RgbFactors;
import org.lodestar.engine.latent.Latents;

class LinearPreviewerTest {
    private final LinearPreviewer previewer =
            new LinearPreviewer(new RgbFactors(List.of(List.of(1.0, 0.0, 0.5), List.of(0.0, -1.0, 0.5)), List.of(0.0, 0.0, 0.2)));

    private static Latents cells(float... values) {
        return Latents.of(2, 1, values.length / 2, values);
    }

    @Test
    void mixesChannelsIntoColours() {
        // rgb = (z0, -z1, (z0 + z1)/2 + 0.2), and -1..1 becomes 0..255
        Rgb picture = previewer.preview(cells(0.5f, -9, 0.25f, 9));

        assertThat(picture.at(0, 0, 0)).isEqualTo(191);
        assertThat(picture.at(0, 0, 1)).isEqualTo(96);
        assertThat(picture.at(0, 0, 2)).isEqualTo(201);
        assertThat(picture.at(1, 0, 0)).isZero();
        assertThat(picture.at(1, 0, 1)).isZero();
    }

    @Test
    void showsDifferencesAroundGreyAndStretched() {
        Rgb picture = previewer.difference(cells(0, 0, 0, 0), cells(0.01f, 0, 0, 0.005f));

        assertThat(picture.at(0, 0, 0)).isEqualTo(255);
        assertThat(picture.at(0, 0, 1)).isEqualTo(128);
        assertThat(picture.at(1, 0, 1)).isEqualTo(64);
        Rgb none = previewer.difference(cells(1, 2), cells(1, 2));
        assertThat(none.toBytes()).containsOnly(128);
    }

    @Test
    void refusesLatentsOfAnotherModel() {
        assertThatThrownBy(() -> previewer.preview(Latents.zeros(4, 1, 1))).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("4 channels");
        assertThatThrownBy(() -> previewer.difference(cells(1, 2), cells(1, 2, 3, 4))).isInstanceOf(IllegalArgumentException.class);
    }
}
