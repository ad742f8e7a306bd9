package org.lodestar.engine.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lodestar.engine.fault.EngineException;

class AgCalibrationTest {

    @Test
    void theThresholdStopsGuidanceAfterTheWantedShareOfSteps() {
        double[] rising = {0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.97, 0.99};

        for (int guided = 1; guided < 10; guided++) {
            assertThat(stepsGuided(rising, AgCalibration.threshold(List.of(rising), guided / 10.0))).isEqualTo(guided);
        }
    }

    @Test
    void aCurveThatFallsAgainIsJudgedByItsFirstCrossing() {
        double[] dipping = {0.5, 0.9, 0.7, 0.92, 0.8, 0.95, 0.97, 0.98};

        assertThat(stepsGuided(dipping, AgCalibration.threshold(List.of(dipping), 4 / 8.0))).isEqualTo(4);
        assertThat(stepsGuided(dipping, AgCalibration.threshold(List.of(dipping), 6 / 8.0))).isEqualTo(6);
    }

    @Test
    void theMedianRunStopsWhereItWasWantedThoughRunsScatter() {
        Random random = new Random(5);
        List<double[]> curves = IntStream.range(0, 41)
                .mapToObj(_ -> {
                    double rate = 0.25 + 0.1 * random.nextDouble();
                    return IntStream.range(0, 20).mapToDouble(i -> 1 - 0.5 * Math.exp(-rate * i)).toArray();
                })
                .toList();

        double threshold = AgCalibration.threshold(curves, 0.5);

        assertThat(Spread.of(curves, curve -> stepsGuided(curve, threshold)).median()).isCloseTo(10, within(1.0));
    }

    @Test
    void guidingAllStepsMeansAThresholdThatIsNeverReached() {
        assertThat(AgCalibration.threshold(List.of(new double[] {1, 1, 1}), 1)).isGreaterThan(1);
    }

    @Test
    void nonsenseIsRefusedBeforeAnyRun() {
        assertThatThrownBy(() -> AgCalibration.requireValid("pixels", 0.5)).isInstanceOf(EngineException.InvalidInput.class).hasMessageContaining("x0, eps or x-eps");
        assertThatThrownBy(() -> AgCalibration.requireValid("x0", 0)).isInstanceOf(EngineException.InvalidInput.class);
        assertThatThrownBy(() -> AgCalibration.requireValid("x0", Double.NaN)).isInstanceOf(EngineException.InvalidInput.class);
    }

    /// As the policy counts: the step that crosses is still guided.
    private static int stepsGuided(double[] curve, double threshold) {
        for (int i = 0; i < curve.length; i++) {
            if (curve[i] >= threshold) {
                return i + 1;
            }
        }
        return curve.length;
    }
}
