package org.lodestar.engine.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.testing.Oracles;

class SpacingsTest {

    static Stream<Arguments> spacingsAndSchedules() {
        return Catalog.spacings().stream()
                .flatMap(type -> Stream.concat(Oracles.schedules().stream(), Stream.of(Oracles.vp().endingAtFirstLevel()))
                        .map(schedule -> Arguments.of(type.descriptor().id(), schedule)));
    }

    @ParameterizedTest
    @MethodSource("spacingsAndSchedules")
    void gridsFallFiniteAndEndWhereTheScheduleEnds(String id, NoiseSchedule schedule) {
        for (int steps : new int[] {1, 2, 3, 7, 20, 50, 200}) {
            if (id.equals("distilled") && steps > 50) {
                continue;
            }
            StepGrid grid = Catalog.spacing(Term.of(id)).grid(schedule, steps);
            assertThat(grid.steps()).isEqualTo(steps);
            assertThat(grid.level(steps)).isEqualTo(schedule.clean());
            for (int i = 0; i < steps; i++) {
                NoiseLevel here = grid.level(i);
                assertThat(here.modelTime()).isBetween(schedule.minTime() - 1e-9, schedule.maxTime() + 1e-9);
                assertThat(here.alpha() + here.sigma()).isFinite();
                boolean restsAtTheEnd = i == steps - 1 && !schedule.clean().isClean();
                assertThat(grid.level(i + 1).karrasSigma())
                        .as("%d steps, level %d", steps, i + 1)
                        .isLessThan(restsAtTheEnd ? Math.nextUp(here.karrasSigma()) : here.karrasSigma());
            }
        }
    }

    @Test
    void timesAreTheKnownOnes() {
        assertThat(times("leading(offset=1)", 4)).containsExactly(751.0, 501.0, 251.0, 1.0);
        assertThat(times("leading(offset=0,open=true)", 4)).containsExactly(800.0, 600.0, 400.0, 200.0);
        assertThat(times("trailing", 4)).containsExactly(999.0, 749.0, 499.0, 249.0);
        assertThat(times("linspace", 4)).containsExactly(999.0, 666.0, 333.0, 0.0);
        assertThat(times("linspace", 3)).containsExactly(999.0, 499.5, 0.0);
        assertThat(times("linspace(whole=true)", 3)).containsExactly(999.0, 500.0, 0.0);
        assertThat(times("linspace(whole=true,open=true)", 2)).containsExactly(999.0, 500.0);
        assertThat(times("distilled", 4)).containsExactly(999.0, 759.0, 499.0, 259.0);
    }

    @Test
    void oneStepOfAnEvenSpreadStartsAtTheMostNoise() {
        for (String id : List.of("trailing", "linspace", "karras", "exponential", "beta")) {
            assertThat(Catalog.spacing(Term.of(id)).grid(Oracles.vp(), 1).level(0).modelTime()).as(id).isEqualTo(999);
        }
    }

    @Test
    void unitNoiseIsScaledForTheFirstLevel() {
        assertThat(new TrailingSpacing().grid(Oracles.vp(), 5).initialScale()).isEqualTo(1);
        assertThat(new LeadingSpacing(1, false).grid(Oracles.vp(), 5).initialScale()).isEqualTo(1);
        assertThat(new TrailingSpacing().grid(Oracles.flow(), 5).initialScale()).isEqualTo(1);
        assertThat(new KarrasSpacing(7, RangeEnds.TRAINED, false).grid(Oracles.ve(), 5).initialScale()).isCloseTo(80, within(1e-9));
    }

    @Test
    void karrasRootsAndLogarithmsAreEven() {
        StepGrid karras = new KarrasSpacing(7, RangeEnds.TRAINED, false).grid(Oracles.vp(), 5);
        StepGrid exponential = new ExponentialSpacing(RangeEnds.TRAINED).grid(Oracles.vp(), 5);
        for (int i = 1; i < 4; i++) {
            assertThat(2 * root(karras, i)).isCloseTo(root(karras, i - 1) + root(karras, i + 1), within(1e-9));
            assertThat(2 * exponential.level(i).halfLogSnr())
                    .isCloseTo(exponential.level(i - 1).halfLogSnr() + exponential.level(i + 1).halfLogSnr(), within(1e-9));
        }
    }

    @Test
    void aRangeCanEndWhereEvenStepsWould() {
        StepGrid leading = Catalog.spacing(Term.parse("karras(range=leading)")).grid(Oracles.vp(), 20);
        assertThat(leading.level(0).modelTime()).isCloseTo(951, within(1e-6));
        assertThat(leading.level(19).modelTime()).isCloseTo(1, within(1e-6));
        StepGrid trailing = Catalog.spacing(Term.parse("exponential(range=trailing)")).grid(Oracles.zeroTerminal(), 20);
        assertThat(trailing.level(0).alpha()).isZero();
        assertThat(trailing.level(19).modelTime()).isCloseTo(49, within(1e-6));
    }

    @Test
    void spreadsOverAFiniteRangeFromPureNoise() {
        StepGrid grid = new KarrasSpacing(7, RangeEnds.TRAINED, false).grid(Oracles.zeroTerminal(), 10);
        assertThat(grid.level(0).alpha()).isZero();
        assertThat(grid.level(1).karrasSigma()).isLessThan(10);
    }

    @Test
    void betaQuantilesMatchKnownDistributions() {
        assertThat(new BetaDistribution(1, 1).quantile(0.3)).isCloseTo(0.3, within(1e-12));
        // The arcsine distribution: Q(p) = sin^2(pi p/2).
        assertThat(new BetaDistribution(0.5, 0.5).quantile(0.2)).isCloseTo(Math.pow(Math.sin(Math.PI * 0.1), 2), within(1e-10));
        // I_x(2, 3) = 6x^2 - 8x^3 + 3x^4
        assertThat(new BetaDistribution(2, 3).cumulative(0.4)).isCloseTo(6 * 0.16 - 8 * 0.064 + 3 * 0.0256, within(1e-12));
        BetaDistribution steep = new BetaDistribution(0.1, 5);
        for (double p : new double[] {0.01, 0.4, 0.999}) {
            assertThat(steep.cumulative(steep.quantile(p))).isCloseTo(p, within(1e-9));
        }
    }

    @Test
    void aRunFromAPictureTakesTheLastStepsAndADistilledOneTheLeastNoisyTaughtTimes() {
        GridSpacing usual = new TrailingSpacing();
        assertThat(usual.stepsFrom(10, 0.6)).isEqualTo(6);
        assertThat(usual.stepsFrom(50, 0.58)).as("cut off as the references do").isEqualTo(28);
        assertThat(usual.gridFrom(Oracles.vp(), 10, 0.6).levels()).isEqualTo(usual.grid(Oracles.vp(), 10).levels().subList(4, 11));
        assertThatThrownBy(() -> usual.gridFrom(Oracles.vp(), 10, 0)).isInstanceOf(IllegalArgumentException.class);

        GridSpacing distilled = new DistilledSpacing(50);
        assertThat(distilled.stepsFrom(4, 0.5)).isEqualTo(4);
        assertThat(distilled.stepsFrom(4, 0.01)).isZero();
        // 25 taught times are left, 19 to 499; of those numbers 25, 19, 13 and 7
        assertThat(distilled.gridFrom(Oracles.vp(), 4, 0.5).levels().stream().limit(4).map(NoiseLevel::modelTime)).containsExactly(499.0, 379.0, 259.0, 139.0);
        assertThat(distilled.gridFrom(Oracles.vp(), 4, 1).levels()).isEqualTo(distilled.grid(Oracles.vp(), 4).levels());
    }

    @Test
    void wholeTimesLeaveTheNoiseLevels() {
        StepGrid plain = Catalog.spacing(Term.of("karras")).grid(Oracles.vp(), 7);
        StepGrid whole = Catalog.spacing(Term.parse("karras(whole=true)")).grid(Oracles.vp(), 7);
        for (int i = 0; i <= 7; i++) {
            assertThat(whole.level(i).modelTime()).isEqualTo(Math.rint(plain.level(i).modelTime()));
            assertThat(whole.level(i).sigma()).isEqualTo(plain.level(i).sigma());
        }
        assertThat(whole.levels()).isNotEqualTo(plain.levels());
    }

    @Test
    void refusesStepsThatCannotBeTaken() {
        assertThatThrownBy(() -> new TrailingSpacing().grid(Oracles.vp(), 0))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessageContaining("1 to 1000")
                .hasMessageContaining("found 0");
        assertThatThrownBy(() -> new DistilledSpacing(50).grid(Oracles.vp(), 51)).isInstanceOf(EngineException.InvalidInput.class).hasMessageContaining("1 to 50");
        assertThatThrownBy(() -> new KarrasSpacing(7, RangeEnds.TRAINED, false).grid(Oracles.vp(), 1001)).isInstanceOf(EngineException.InvalidInput.class);
    }

    private static List<Double> times(String term, int steps) {
        return Catalog.spacing(Term.parse(term)).grid(Oracles.vp(), steps).levels().stream().limit(steps).map(NoiseLevel::modelTime).toList();
    }

    private static double root(StepGrid grid, int i) {
        return Math.pow(grid.level(i).karrasSigma(), 1 / 7.0);
    }
}
