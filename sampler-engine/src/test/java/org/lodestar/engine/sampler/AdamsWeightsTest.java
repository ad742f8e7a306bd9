package org.lodestar.engine.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class AdamsWeightsTest {
    private static final Offset<Double> ROUNDING = within(1e-12);

    @Test
    void equalStepsGiveTheClassicalWeights() {
        assertThat(AdamsWeights.of(List.of(0.0, -1.0), 0, 1, u -> 1)).containsExactly(new double[] {3 / 2.0, -1 / 2.0}, ROUNDING);
        assertThat(AdamsWeights.of(List.of(0.0, -1.0, -2.0, -3.0), 0, 1, u -> 1))
                .containsExactly(new double[] {55 / 24.0, -59 / 24.0, 37 / 24.0, -9 / 24.0}, ROUNDING);
    }

    @Test
    void aDensityIsIntegratedToo() {
        // Integral of e^u over 0..1, and of u*e^u: the weights of a line through the values at 0 and -1 are that of 1 + u and of -u.
        assertThat(AdamsWeights.of(List.of(0.0, -1.0), 0, 1, StrictMath::exp)).containsExactly(new double[] {Math.E - 1 + 1, -1}, ROUNDING);
    }

    @Test
    void anEmptyStepHasNoWeight() {
        assertThat(AdamsWeights.of(List.of(0.3, 0.5), 0.3, 0.3, u -> 1)).containsExactly(new double[] {0, 0}, ROUNDING);
    }
}
