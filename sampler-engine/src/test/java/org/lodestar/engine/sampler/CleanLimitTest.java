package org.lodestar.engine.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.GuidedDenoiser;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.schedule.NoiseLevel;

class CleanLimitTest {
    private static final Latents CLEAN = Latents.of(1, 1, 5, new float[] {-4, -0.5f, 0, 1, 2});
    private static final Latents NOISE = Latents.of(1, 1, 5, new float[] {1, 2, 3, 4, 5});

    private static Prediction limited(double clip, double quantile) {
        GuidedDenoiser free = (x, level) -> Evaluation.done(new Prediction(CLEAN, NOISE));
        return ((Evaluation.Done<Prediction>) new CleanLimit(clip, quantile).on(free).at(NOISE, new NoiseLevel(1, 0.5, 0.5))).value();
    }

    @Test
    void aPlainLimitCutsOffAndLeavesTheNoise() {
        assertThat(limited(1, 0).denoised().toArray()).containsExactly(-1, -0.5f, 0, 1, 1);
        assertThat(limited(1, 0).noise()).isEqualTo(NOISE);
    }

    /// The sorted amounts are 0, 0.5, 1, 2, 4: their 0.75-quantile is 2, their 0.875-quantile 3.
    @Test
    void aDynamicLimitScalesByAQuantileWithinOneAndTheLimit() {
        assertThat(limited(100, 0.75).denoised().toArray()).containsExactly(-1, -0.25f, 0, 0.5f, 1);
        assertThat(limited(100, 0.875).denoised().toArray()).containsExactly(new float[] {-1, -0.5f / 3, 0, 1f / 3, 2f / 3}, within(1e-6f));
        assertThat(limited(1.5, 0.875).denoised().at(3)).isEqualTo(1 / 1.5f, within(1e-6f));
        assertThat(limited(100, 0.1).denoised().toArray()).as("never enlarged").containsExactly(-1, -0.5f, 0, 1, 1);
    }

    @Test
    void withoutALimitTheEstimateIsItself() {
        assertThat(limited(0, 0.5).denoised()).isSameAs(CLEAN);
    }
}
