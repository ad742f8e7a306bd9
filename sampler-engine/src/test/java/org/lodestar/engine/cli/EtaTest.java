package org.lodestar.engine.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EtaTest {

    @Test
    void theFirstStepTellsNothing() {
        Eta eta = new Eta();
        eta.step(100);
        assertThat(eta.secondsPerStep()).isEmpty();
        assertThat(eta.secondsLeft(19)).isEmpty();
    }

    @Test
    void itIsTheMedianStepTimesTheStepsLeft() {
        Eta eta = new Eta();
        eta.step(100);
        eta.step(2);
        assertThat(eta.secondsLeft(18).orElseThrow()).isCloseTo(36, within(1e-9));
        eta.step(50);
        eta.step(2);
        assertThat(eta.secondsPerStep().orElseThrow()).isCloseTo(2, within(1e-9));
        assertThat(eta.secondsLeft(16).orElseThrow()).isCloseTo(32, within(1e-9));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void itNeverClimbs(long seed) {
        Random random = new Random(seed);
        Eta eta = new Eta();
        double last = Double.POSITIVE_INFINITY;
        for (int step = 0; step < 50; step++) {
            eta.step(random.nextDouble() * (random.nextInt(10) == 0 ? 30 : 1));
            double left = eta.secondsLeft(49 - step).orElse(Double.POSITIVE_INFINITY);
            assertThat(left).isLessThanOrEqualTo(last);
            last = left;
        }
        assertThat(last).isZero();
    }

    @Test
    void progressReadsNaturally() {
        assertThat(Progress.line(1, 20, OptionalDouble.empty(), OptionalDouble.empty())).isEqualTo("step 1/20");
        assertThat(Progress.line(7, 20, OptionalDouble.of(0.025), OptionalDouble.of(0.325))).isEqualTo("step 7/20  40.0 it/s  ETA 0.3 s");
        assertThat(Progress.line(7, 20, OptionalDouble.of(12.5), OptionalDouble.of(162.5))).isEqualTo("step 7/20  12.5 s/it  ETA 2 min 43 s");
    }
}
