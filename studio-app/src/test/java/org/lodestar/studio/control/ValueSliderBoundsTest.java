package org.lodestar.studio.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.lodestar.studio.control.ValueSlider.Bounds;

class ValueSliderBoundsTest {

    private static final Bounds WEIGHT = new Bounds(0, 100, 30, 7.5, 0.5, false, "");
    private static final Bounds MOMENTUM = new Bounds(-1, 1, 1, 0, 0.05, false, "");
    private static final Bounds COUNT = new Bounds(1, 10, 10, 2, 1, true, "steps");

    @Test
    void numbersShowTheDecimalsOfAStepOrOfTheValueIfItIsFiner() {
        assertThat(WEIGHT.text(7)).isEqualTo("7.0");
        assertThat(WEIGHT.text(7.25)).isEqualTo("7.25");
        assertThat(MOMENTUM.text(-0.75)).isEqualTo("−0.75");
        assertThat(COUNT.text(3)).isEqualTo("3");
    }

    @Test
    void theSliderMovesInStepsWithoutRoundingDust() {
        assertThat(MOMENTUM.onGrid(-0.7512)).isEqualTo(-0.75);
        assertThat(MOMENTUM.onGrid(0.1499)).isEqualTo(0.15);
        assertThat(WEIGHT.onGrid(55)).isEqualTo(30);
        assertThat(WEIGHT.onGrid(-3)).isZero();
    }

    @Test
    void nudgesGoBeyondTheSliderButNotBeyondTheLimit() {
        assertThat(WEIGHT.nudged(30, 1)).isEqualTo(30.5);
        assertThat(WEIGHT.nudged(99.9, 1)).isEqualTo(100);
        assertThat(MOMENTUM.nudged(0.1, 1)).isEqualTo(0.15);
    }

    @Test
    void onlyAllowedNumbersCanBeTyped() {
        assertThat(WEIGHT.allows(80)).isTrue();
        assertThat(WEIGHT.allows(101)).isFalse();
        assertThat(WEIGHT.allows(Double.NaN)).isFalse();
        assertThat(COUNT.allows(2.5)).isFalse();
        assertThat(COUNT.words()).isEqualTo("a whole number from 1 to 10");
    }

    @Test
    void boundsOutOfOrderAreRefused() {
        assertThatThrownBy(() -> new Bounds(0, 1, 2, 0, 0.1, false, "")).hasMessageContaining("soft max 2.0");
    }
}
