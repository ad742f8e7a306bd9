package org.lodestar.engine.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lodestar.engine.testing.Oracles;

class SchedulesTest {

    static Stream<NoiseSchedule> schedules() {
        return Oracles.schedules().stream();
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void noiseGrowsStrictlyWithTimeAlsoBetweenTrainedTimes(NoiseSchedule schedule) {
        double previous = -1;
        int points = 4001;
        for (int i = 0; i < points; i++) {
            NoiseLevel level = schedule.at(schedule.minTime() + (schedule.maxTime() - schedule.minTime()) * i / (points - 1));
            assertThat(level.karrasSigma()).isGreaterThan(previous);
            previous = level.karrasSigma();
        }
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void findsALevelAgainByItsNoise(NoiseSchedule schedule) {
        for (int i = 0; i <= 20; i++) {
            double time = Math.rint(schedule.minTime() * 1000 + (schedule.maxTime() - schedule.minTime()) * 1000 * i / 20) / 1000;
            double asked = schedule.trainedTimes() > 0 ? Math.rint(time) : time;
            NoiseLevel level = schedule.at(asked);
            NoiseLevel found = schedule.atKarrasSigma(level.karrasSigma());
            assertThat(found.modelTime()).isCloseTo(level.modelTime(), within(1e-6));
            assertThat(found.alpha()).isCloseTo(level.alpha(), within(1e-9));
            assertThat(found.sigma()).isCloseTo(level.sigma(), within(1e-9 * Math.max(1, level.sigma())));
        }
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void clampsTimesAndNoiseToWhatWasTrained(NoiseSchedule schedule) {
        assertThat(schedule.at(1e9)).isEqualTo(schedule.at(schedule.maxTime()));
        assertThat(schedule.at(-1e9)).isEqualTo(schedule.at(schedule.minTime()));
        assertThat(schedule.atKarrasSigma(0).modelTime()).isCloseTo(schedule.minTime(), within(1e-9));
        assertThat(schedule.atKarrasSigma(Double.POSITIVE_INFINITY).modelTime()).isCloseTo(schedule.maxTime(), within(1e-9));
    }

    @Test
    void variancePreservingLevelsHaveUnitVariance() {
        for (double t = 0; t <= 999; t += 0.37) {
            NoiseLevel level = Oracles.vp().at(t);
            assertThat(level.alpha() * level.alpha() + level.sigma() * level.sigma()).isCloseTo(1, within(1e-12));
        }
    }

    @Test
    void theLatentTableHasItsKnownEnds() {
        assertThat(Oracles.vp().at(0).karrasSigma()).isCloseTo(0.0291675348, within(1e-8));
        assertThat(Oracles.vp().at(999).karrasSigma()).isCloseTo(14.6146469, within(1e-6));
        assertThat(VpSchedule.of(BetaTable.linear(1000, 1e-4, 0.02).alphaBars()).at(0).sigma()).isCloseTo(0.01, within(1e-6));
    }

    @Test
    void theCosineTableFollowsItsCurve() {
        VpSchedule cosine = VpSchedule.of(BetaTable.cosine(1000).alphaBars());
        double u = StrictMath.cos((0.5 + 0.008) / 1.008 * Math.PI / 2);
        double zero = StrictMath.cos(0.008 / 1.008 * Math.PI / 2);
        assertThat(cosine.at(499).alpha()).isCloseTo(u / zero, within(1e-5));
        assertThat(cosine.at(999).alpha()).isPositive();
    }

    @Test
    void zeroTerminalSnrEndsInPureNoiseAndKeepsTheCleanEnd() {
        VpSchedule schedule = Oracles.zeroTerminal();
        assertThat(schedule.at(999).alpha()).isZero();
        assertThat(schedule.at(999).sigma()).isEqualTo(1);
        assertThat(schedule.at(0).karrasSigma()).isCloseTo(Oracles.vp().at(0).karrasSigma(), within(1e-6));
        assertThat(schedule.at(998.5).alpha()).isPositive();
        assertThat(schedule.withFiniteEnd().at(999).karrasSigma()).isCloseTo(4096, within(1e-3));
    }

    @Test
    void everyUsualTableCanBeMadeToEndInPureNoiseOrCloseToIt() {
        for (BetaTable table : List.of(BetaTable.linear(1000, 1e-4, 0.02), BetaTable.cosine(1000), BetaTable.scaledLinear(100, 0.001, 0.2))) {
            VpSchedule schedule = VpSchedule.of(table.withZeroTerminalSnr().alphaBars());
            assertThat(schedule.at(schedule.maxTime()).alpha()).isZero();
            assertThat(schedule.withFiniteEnd().at(schedule.maxTime()).karrasSigma()).isFinite().isGreaterThanOrEqualTo(4095);
        }
    }

    @Test
    void endsCleanOrAtItsFirstLevel() {
        assertThat(Oracles.vp().clean().isClean()).isTrue();
        assertThat(Oracles.vp().endingAtFirstLevel().clean()).isEqualTo(Oracles.vp().at(0));
    }

    @Test
    void theShiftMovesFlowTimesTowardsTheNoise() {
        assertThat(FlowSchedule.shifted(1).timeAt(0.5)).isCloseTo(500, within(1e-9));
        assertThat(FlowSchedule.shifted(3).timeAt(0.5)).isCloseTo(750, within(1e-9));
        double mu = 0.8;
        double e = StrictMath.exp(mu);
        assertThat(FlowSchedule.dynamic(mu).timeAt(0.3)).isCloseTo(1000 * e / (e + 1 / 0.3 - 1), within(1e-9));
        assertThat(FlowSchedule.muFor(256, 256, 4096, 0.5, 1.15)).isEqualTo(0.5);
        assertThat(FlowSchedule.muFor(4096, 256, 4096, 0.5, 1.15)).isCloseTo(1.15, within(1e-12));
    }

    @Test
    void varianceExplodingTimeIsAQuarterOfTheLogarithm() {
        assertThat(Oracles.ve().at(0).sigma()).isEqualTo(1);
        assertThat(Oracles.ve().maxTime()).isCloseTo(1.09550667, within(1e-7));
    }

    @Test
    void refusesTablesAndRangesThatMakeNoSense() {
        assertThatThrownBy(() -> VpSchedule.of(List.of(0.5, 0.9))).hasMessageContaining("trained time 1");
        assertThatThrownBy(() -> new BetaTable(List.of(0.1f))).hasMessageContaining("two");
        assertThatThrownBy(() -> new BetaTable(List.of(0.1f, 2f))).hasMessageContaining("2.0");
        assertThatThrownBy(() -> FlowSchedule.shifted(0)).hasMessageContaining("shift");
        assertThatThrownBy(() -> new VeSchedule(1, 0.5)).hasMessageContaining("sigmaMin");
    }

    @Test
    void schedulesOfTheSameLevelsAreEqual() {
        assertThat(Oracles.vp()).isEqualTo(Oracles.vp()).hasSameHashCodeAs(Oracles.vp());
        assertThat(Oracles.vp()).isNotEqualTo(Oracles.vp().endingAtFirstLevel()).isNotEqualTo(Oracles.zeroTerminal());
    }

    @Test
    void aGridMadeByHandInterpolatesItsLevels() {
        StepGrid grid = new StepGrid(List.of(new NoiseLevel(900, 0, 1), new NoiseLevel(500, 0.6, 0.8), new NoiseLevel(0, 1, 0)), 1);
        NoiseSchedule schedule = grid.schedule();

        assertThat(schedule.at(700)).isEqualTo(new NoiseLevel(700, 0.3, 0.9));
        NoiseLevel between = schedule.atKarrasSigma(0.5);
        assertThat(between.karrasSigma()).isCloseTo(0.5, within(1e-12));
        assertThat(between.modelTime()).isBetween(0.0, 500.0);
        assertThat(schedule.atKarrasSigma(0.8 / 0.6).modelTime()).isCloseTo(500, within(1e-9));
        assertThat(schedule.atKarrasSigma(Double.POSITIVE_INFINITY)).isEqualTo(grid.level(0));
        assertThat(schedule.atKarrasSigma(0)).isEqualTo(grid.level(2));
        assertThat(schedule.at(1000)).isEqualTo(grid.level(0));
        assertThat(schedule.clean()).isEqualTo(grid.level(2));
    }
}
