package org.lodestar.studio.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StepScaleTest {

    @ParameterizedTest
    @CsvSource({"1,960", "20,960", "50,960", "150,960", "20,333", "1000,960"})
    void cellsFillTheWidthWithoutOverlap(int steps, double width) {
        StepScale scale = StepScale.of(steps, width);
        assertThat(scale.left(0)).isZero();
        assertThat(scale.right(steps - 1)).isCloseTo(width, within(1e-9));
        for (int step = 1; step < steps; step++) {
            assertThat(scale.left(step) - scale.right(step - 1)).isCloseTo(scale.gap(), within(1e-9));
        }
    }

    @ParameterizedTest
    @CsvSource({"1,960", "20,960", "150,960", "37,333"})
    void everyCellIsFoundAtItsCentreAndItsEdges(int steps, double width) {
        StepScale scale = StepScale.of(steps, width);
        for (int step = 0; step < steps; step++) {
            assertThat(scale.stepAt(scale.centre(step))).isEqualTo(step);
            assertThat(scale.stepAt(scale.left(step) + 0.01)).isEqualTo(step);
            assertThat(scale.stepAt(scale.right(step) - 0.01)).isEqualTo(step);
        }
        assertThat(scale.stepAt(-50)).isZero();
        assertThat(scale.stepAt(width + 50)).isEqualTo(steps - 1);
    }
}
