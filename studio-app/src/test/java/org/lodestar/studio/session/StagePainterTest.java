package org.lodestar.studio.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.lodestar.engine.latent.LatentFormat.RgbFactors;
import org.lodestar.engine.preview.DetailedPreviewer;
import org.lodestar.engine.preview.LatentPreviewer;
import org.lodestar.engine.preview.LinearPreviewer;
import org.lodestar.engine.preview.PreviewRation;

class StagePainterTest {
    private static final LatentPreviewer QUICK = previewer(1);
    private static final LatentPreviewer SLOW = previewer(2);
    private static final LatentPreviewer BOTH = new DetailedPreviewer(QUICK, SLOW);

    private final AtomicLong now = new AtomicLong();
    private final PreviewRation ration = new PreviewRation(0.05, now::get);

    private static LatentPreviewer previewer(double weight) {
        return new LinearPreviewer(new RgbFactors(List.of(List.of(weight, 0.0, 0.0)), List.of(0.0, 0.0, 0.0)));
    }

    private LatentPreviewer used(PreviewStyle style, LatentPreviewer previewer) {
        return new StagePainter(previewer, style, ration).make(used -> {
            now.addAndGet(10);
            return used;
        });
    }

    @Test
    void everyStyleUsesThePreviewerItNames() {
        assertThat(used(PreviewStyle.LINEAR, BOTH)).isEqualTo(BOTH); // its own pictures are the quick ones
        assertThat(used(PreviewStyle.EVERY_STEP, BOTH)).isEqualTo(SLOW);
        assertThat(used(PreviewStyle.EVERY_STEP, BOTH)).isEqualTo(SLOW);
        assertThat(used(PreviewStyle.EVERY_STEP, QUICK)).isEqualTo(QUICK);
    }

    @Test
    void theBudgetGivesTheDecoderATwentiethOfTheTime() {
        assertThat(used(PreviewStyle.BUDGET, BOTH)).isEqualTo(SLOW);
        assertThat(used(PreviewStyle.BUDGET, BOTH)).isEqualTo(BOTH);
        now.addAndGet(200);
        assertThat(used(PreviewStyle.BUDGET, BOTH)).isEqualTo(SLOW);
    }
}
