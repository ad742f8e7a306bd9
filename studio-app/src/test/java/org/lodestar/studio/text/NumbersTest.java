package org.lodestar.studio.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.lodestar.engine.parameter.ParameterSpec;

class NumbersTest {

    @Test
    void aNumberThatDoesNotExistIsADash() {
        assertThat(Numbers.fixed(Double.NaN, 2)).isEqualTo("–");
        assertThat(Numbers.percent(Double.NaN)).isEqualTo("–");
        assertThat(Numbers.seconds(Double.NaN)).isEqualTo("–");
    }

    @Test
    void minusIsAMinusAndZeroHasNoSign() {
        assertThat(Numbers.fixed(-0.75, 2)).isEqualTo("−0.75");
        assertThat(Numbers.fixed(-0.001, 2)).isEqualTo("0.00");
    }

    @Test
    void secondsGrowIntoMinutes() {
        assertThat(Numbers.seconds(0.84)).isEqualTo("0.8 s");
        assertThat(Numbers.seconds(9.97)).isEqualTo("10 s");
        assertThat(Numbers.seconds(59.6)).isEqualTo("1 min 0 s");
        assertThat(Numbers.seconds(200)).isEqualTo("3 min 20 s");
    }

    @Test
    void slowPaceIsSecondsPerStep() {
        assertThat(Numbers.pace(7.14)).isEqualTo("7.1 it/s");
        assertThat(Numbers.pace(0.5)).isEqualTo("2.0 s/it");
    }

    @Test
    void aParameterHasTheDecimalsOfItsStepAndMoreIfTypedFiner() {
        ParameterSpec.Real weight = ParameterSpec.number("w", "Strength", 0, 30, 7.5, 0.5, "");
        assertThat(Numbers.parameter(weight, 10)).isEqualTo("10.0");
        assertThat(Numbers.parameter(weight, 10.25)).isEqualTo("10.25");
        assertThat(Numbers.parameter(ParameterSpec.whole("n", "Number", 1, 9, 3, ""), 3)).isEqualTo("3");
    }

    @Test
    void memoryIsMegabytesThenGigabytes() {
        assertThat(Numbers.bytes(412_000_000L)).isEqualTo("412 MB");
        assertThat(Numbers.bytes(2_450_000_000L)).isEqualTo("2.5 GB");
    }
}
