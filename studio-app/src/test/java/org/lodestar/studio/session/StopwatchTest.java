package org.lodestar.studio.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StopwatchTest {
    private static final long MILLI = 1_000_000;

    @Test
    void nothingIsKnownAfterTheFirstStepWhichWarmsUp() {
        Stopwatch watch = new Stopwatch();
        assertThat(watch.at(0, 0, 20).known()).isFalse();
        assertThat(watch.at(900 * MILLI, 1, 20).known()).isFalse();
    }

    @Test
    void theFirstStepDoesNotSlowTheRest() {
        Stopwatch watch = new Stopwatch();
        watch.at(5000 * MILLI, 1, 11);
        Pace pace = watch.at(5500 * MILLI, 6, 11);
        assertThat(pace.stepsPerSecond()).isEqualTo(10);
        assertThat(pace.secondsLeft()).isEqualTo(0.5);
    }

    @Test
    void theTimeLeftNeverClimbs() {
        Stopwatch watch = new Stopwatch();
        long now = 0;
        double before = Double.POSITIVE_INFINITY;
        for (int done = 1; done <= 20; done++) {
            now += (done % 3 == 0 ? 400 : 20) * MILLI;
            Pace pace = watch.at(now, done, 20);
            if (pace.known()) {
                assertThat(pace.secondsLeft()).isLessThanOrEqualTo(before);
                before = pace.secondsLeft();
            }
        }
        assertThat(before).isZero();
    }
}
