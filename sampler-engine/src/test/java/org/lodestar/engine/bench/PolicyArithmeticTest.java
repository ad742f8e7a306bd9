package org.lodestar.engine.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.lodestar.engine.guidance.GuidanceOutcome;

class PolicyArithmeticTest {

    @Test
    void theMeasuredStepIsARealOneWithMomentumAndTheSameEveryTime() {
        PolicyArithmetic arithmetic = PolicyArithmetic.of("apg(w=15,eta=0,r=15,beta=-0.5)");

        GuidanceOutcome outcome = arithmetic.step();

        assertThat(outcome.guided().denoised().shape()).isEqualTo("4x128x128");
        assertThat(outcome.telemetry().momentumNorm()).isNotEqualTo(outcome.telemetry().differenceNorm()).isPositive();
        assertThat(outcome.telemetry().capHit()).isEqualTo(1);
        assertThat(arithmetic.step()).isEqualTo(outcome);
    }

    @Test
    void keptAreTheEstimateItsNoiseAndTheMomentum() {
        long latents = 4L * 4 * 128 * 128;

        assertThat(PolicyArithmetic.of("apg(w=15,eta=0,r=15,beta=-0.5)").keptBytes()).isEqualTo(3 * latents);
        assertThat(PolicyArithmetic.of("cfg(w=5)").keptBytes()).isEqualTo(2 * latents);
    }
}
