package org.lodestar.engine.guidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CurveTest {
    private static final int STEPS = 40;
    private final Toy toy = Toy.on(Toy.vp(STEPS));

    @ParameterizedTest
    @ValueSource(strings = {"flat", "linear", "reversed", "cosine", "sine", "lambda", "v", "beta", "pcs", "pcs,power=1.5", "pcs,power=8", "falling_cosine", "exponential", "exponential,rate=-2", "exponential,rate=3"})
    void theMeanStrengthIsWhatTheSliderSays(String shape) {
        double mean = weights("curve(shape=" + shape + ") + cfg(w=6)").stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        assertThat(mean).isEqualTo(6, within(0.02));
    }

    @Test
    void shapesGoWhereTheirNamesSay() {
        assertThat(weights("curve(shape=linear) + cfg(w=6)")).isSorted();
        assertThat(weights("curve(shape=cosine) + cfg(w=6)")).isSorted();
        assertThat(weights("curve(shape=pcs) + cfg(w=6)")).isSorted();
        assertThat(weights("curve(shape=reversed) + cfg(w=6)").reversed()).isSorted();
        assertThat(weights("curve(shape=falling_cosine) + cfg(w=6)").reversed()).isSorted();
        for (String hill : List.of("sine", "lambda", "beta")) {
            List<Double> weights = weights("curve(shape=" + hill + ") + cfg(w=6)");
            assertThat(weights.subList(0, STEPS / 2)).isSorted();
            assertThat(weights.subList(STEPS / 2, STEPS).reversed()).isSorted();
        }
        assertThat(weights("curve(shape=v) + cfg(w=6)").subList(STEPS / 2, STEPS)).isSorted();
    }

    @Test
    void anExponentialCurveGrowsByOneFactorFromStepToStep() {
        List<Double> weights = weights("curve(shape=exponential,rate=0.6931) + cfg(w=6)");
        for (int i = 1; i < STEPS; i++) {
            assertThat((weights.get(i) - 1) / (weights.get(i - 1) - 1)).isEqualTo(Math.exp(0.6931 / STEPS), within(1e-9));
        }
    }

    @Test
    void clampedNeverFallsBelowItsFloor() {
        List<Double> weights = weights("curve(shape=clamped,floor=3) + cfg(w=6)");
        assertThat(weights).isSorted();
        assertThat(weights.getFirst()).isEqualTo(3);
        assertThat(weights.getLast()).isEqualTo(1 + 5 * 2 * (STEPS - 0.5) / STEPS, within(1e-12));
    }

    @Test
    void drawnPointsAreJoinedByLinesAndHeldAtTheEnds() {
        List<Double> weights = weights("curve(shape=points,points=\"0.25:0, 0.5:2 0.75:1\") + cfg(w=5)");
        assertThat(weights.getFirst()).isEqualTo(1);
        assertThat(weights.get(15)).isEqualTo(1 + 4 * 2 * (15.5 / 40 - 0.25) / 0.25, within(1e-9));
        assertThat(weights.getLast()).isEqualTo(5);
    }

    @Test
    void unguidedStretchesAreNotPaidFor() {
        assertThat(toy.euler("curve(shape=points,points=\"0:0 0.5:0 0.51:1\") + cfg(w=5)").totalNfe()).isEqualTo(STEPS + STEPS / 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0.5", "0:1 0:2", "0:1:2", "a:b", "0:1 1.5:1", "0:1000", "NaN:1", "0:NaN"})
    void wrongPointsAreExplained(String points) {
        assertThatThrownBy(() -> Toy.stack("curve(shape=points,points=\"" + points + "\")")).hasMessageContaining("progress:factor");
    }

    @Test
    void pointsAreWrittenAsTheyAreRead() {
        List<WeightCurve.Point> drawn = List.of(new WeightCurve.Point(0, 0), new WeightCurve.Point(0.3, 1.5), new WeightCurve.Point(1, -0.05));
        String text = WeightCurve.text(drawn);
        assertThat(text).isEqualTo("0:0 0.3:1.5 1:-0.05");
        assertThat(new WeightCurve(Curve.TYPE.descriptor().check(Map.of("shape", "points", "points", text))).points()).isEqualTo(drawn);
    }

    private List<Double> weights(String policy) {
        return toy.euler(policy).outcomes().stream().map(outcome -> outcome.telemetry().weight()).toList();
    }
}
