package org.lodestar.engine.preview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lodestar.engine.latent.LatentFormat.RgbFactors;

class PreviewRationTest {
    private static final LatentPreviewer QUICK = new LinearPreviewer(new RgbFactors(List.of(List.of(1.0, 0.0, 0.0)), List.of(0.0, 0.0, 0.0)));
    private static final LatentPreviewer SLOW = new LinearPreviewer(new RgbFactors(List.of(List.of(0.0, 1.0, 0.0)), List.of(0.0, 0.0, 0.0)));

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5_000); // clocks may run over

    private boolean slow(PreviewRation ration, LatentPreviewer previewer) {
        return ration.make(previewer, used -> {
            boolean detailed = used.equals(SLOW);
            now.addAndGet(detailed ? 50 : 1);
            return detailed;
        });
    }

    @Test
    void theDetailedPreviewerTakesNoMoreThanItsShareOfTheTime() {
        PreviewRation ration = new PreviewRation(0.05, now::get);
        LatentPreviewer both = new DetailedPreviewer(QUICK, SLOW);
        long start = now.get();
        long detailed = IntStream.range(0, 10_000).filter(i -> slow(ration, both)).count();
        double share = 50.0 * detailed / (now.get() - start);
        assertThat(detailed).isGreaterThan(5);
        assertThat(share).isBetween(0.045, 0.0525);
    }

    @Test
    void theFirstPictureIsDetailedAndWithoutADetailedPreviewerNoneIs() {
        assertThat(slow(new PreviewRation(0.05, now::get), new DetailedPreviewer(QUICK, SLOW))).isTrue();
        assertThat(slow(new PreviewRation(0.05, now::get), QUICK)).isFalse();
    }

    @Test
    void aShareIsAShare() {
        assertThatThrownBy(() -> new PreviewRation(0, now::get)).hasMessageContaining("above 0");
        assertThatThrownBy(() -> new PreviewRation(1.5, now::get)).hasMessageContaining("at most 1");
    }
}
