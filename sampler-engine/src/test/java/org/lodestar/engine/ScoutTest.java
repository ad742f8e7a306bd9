package org.lodestar.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.evidence.Scout;
import org.lodestar.engine.evidence.Scout.Looked;
import org.lodestar.engine.evidence.Scout.Scouted;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.run.OutputPlan;
import org.lodestar.engine.run.RunEvent;
import org.lodestar.engine.run.RunHandle;
import org.lodestar.engine.run.RunOutcome;
import org.lodestar.engine.run.RunRequest;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.engine.run.ScoreDifferences;
import org.lodestar.engine.schedule.NoiseLevel;
import org.lodestar.engine.schedule.StepGrid;
import org.lodestar.engine.testing.ToyLoader;
import org.lodestar.engine.testing.ToyModel;

/// Scouting on a model without a network, where sums are known in closed form.
@Timeout(60)
class ScoutTest {
    private static final int STEPS = 10;

    private final ToyModel model = new ToyModel(ToySchedules.vp());
    private final List<Long> saved = new ArrayList<>();
    private final LocalEngine engine = new LocalEngine(new EngineOptions(Path.of("."), Path.of("."), 1), new ToyLoader(model), (plan, spec, lane, sample, picture, record) -> {
        saved.add(record.seed());
        return null;
    });

    @AfterEach
    void close() {
        engine.close();
    }

    /// With both means at 0 the difference is a multiple of the state, which stays a multiple of its noise: `E = |n| * sum of s*sigma*(1/T_c - 1/T_r)`, `T = alpha^2 v + sigma^2`.
    @Test
    void theSumIsThatOfTheClosedFormAndTheGreatestAreKept() throws InterruptedException {
        String centred = IntStream.range(0, 1000).mapToObj(i -> "thing " + i).filter(text -> text.hashCode() % 17 == 0).findFirst().orElseThrow();
        Scout scout = new Scout(spec(centred, "cfg(w=3)"), 8, 4, 3);

        List<Looked> looked = scout.look(engine, DeviceWish.CPU, OutputPlan.NONE, ScoutTest::wait);
        List<Scouted> scouted = scout.finish(looked, ScoutTest::wait);

        double perNorm = sumPerNorm(4, 3);
        for (Scouted seed : scouted) {
            assertThat(seed.difference()).isCloseTo(norm(seed.seed()) * perNorm, within(1e-4 * norm(seed.seed()) * perNorm));
        }
        List<Long> byNorm = LongStream.range(7, 15).boxed().sorted(Comparator.comparingDouble(ScoutTest::norm).reversed()).toList();
        assertThat(scouted).extracting(Scouted::seed).containsExactlyElementsOf(byNorm);
        assertThat(scouted.stream().filter(seed -> seed.picture().isPresent()).map(Scouted::seed)).containsExactlyElementsOf(byNorm.subList(0, 3));
        assertThat(saved).containsExactlyElementsOf(byNorm.subList(0, 3));
    }

    private static double norm(long seed) {
        return Math.sqrt(LatentOps.squaredNorm(Catalog.noise("torch").initial(seed, 1, 4, 4)));
    }

    private static double sumPerNorm(int look, double w) {
        StepGrid grid = Catalog.spacing(Term.of("trailing")).grid(ToySchedules.vp(), STEPS);
        double s = grid.initialScale();
        double sum = 0;
        for (int i = 0; i < look; i++) {
            NoiseLevel level = grid.level(i);
            double clean = mixed(level, w, level.alpha() * 0.25, level.alpha());
            double noise = mixed(level, w, level.sigma(), level.sigma());
            sum += Math.abs(s * level.sigma() * (1 / total(level, 0.25) - 1 / total(level, 1)));
            s *= grid.level(i + 1).alpha() * clean + grid.level(i + 1).sigma() * noise;
        }
        return sum;
    }

    private static double mixed(NoiseLevel level, double w, double cond, double reference) {
        double from = reference / total(level, 1);
        return from + w * (cond / total(level, 0.25) - from);
    }

    private static double total(NoiseLevel level, double variance) {
        return level.alpha() * level.alpha() * variance + level.sigma() * level.sigma();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ddim", "euler_a", "heun", "dpmpp_2m"})
    void keptPicturesAndRecipesAreThoseOfTheirSeedsAloneAndNoStepIsDoneTwice(String sampler) throws InterruptedException {
        RunSpec spec = new RunSpec("starter", "a fox", "dull", 32, 32, 7, 1, STEPS, Term.of(sampler), Term.of("trailing"), Term.parseStack("apg(w=6,beta=-0.5,r=3)"), "torch", List.of());
        Scout scout = new Scout(spec, 5, 3, 2);

        List<Looked> looked = scout.look(engine, DeviceWish.CPU, OutputPlan.NONE, ScoutTest::wait);
        assertThat(looked).allSatisfy(seed -> assertThat(seed.run().isPaused()).isTrue()).isSortedAccordingTo(Comparator.comparingDouble(Looked::difference).reversed());
        assertThat(saved).isEmpty();
        List<Scouted> scouted = scout.finish(looked, ScoutTest::wait);

        int spent = scouted.stream().mapToInt(Scouted::evaluations).sum();
        assertThat(model.callSizes().stream().mapToInt(size -> size).sum()).as("every evaluation is counted, and none made twice").isEqualTo(spent);
        assertThat(looked.subList(2, 5)).allSatisfy(seed -> {
            assertThat(seed.run().stepsDone(0)).isEqualTo(3);
            assertThat(seed.run().await()).isEqualTo(new RunOutcome.Cancelled(3));
        });
        int whole = 0;
        for (Scouted seed : scouted) {
            RunHandle alone = engine.submit(RunRequest.single(spec.withSeed(seed.seed()), OutputPlan.NONE));
            assertThat(alone.await()).isEqualTo(new RunOutcome.Completed());
            RunEvent.ImageFinished picture = alone.pictures().getFirst();
            whole += picture.record().nfe();
            assertThat(seed.difference()).isEqualTo(ScoreDifferences.sum(alone.steps(0, 0).subList(0, 3)));
            seed.picture().ifPresent(kept -> {
                assertThat(kept.image()).isEqualTo(picture.image());
                assertThat(kept.record().latentHash()).isEqualTo(picture.record().latentHash());
                assertThat(kept.record().spec()).isEqualTo(picture.record().spec());
                assertThat(kept.record().policyLog()).isEqualTo(picture.record().policyLog());
                assertThat(kept.record().nfe()).isEqualTo(picture.record().nfe()).isEqualTo(seed.evaluations());
            });
        }
        assertThat(Scout.evaluationsOfAll(scouted)).isEqualTo(whole).isGreaterThan(spent);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"none | 5", "cfg(w=1) | 5", "cfg(w=0) | 5", "window(from=0.5,to=1) + cfg(w=3) | 5"})
    void aPolicyWithNothingToCompareIsNamedBeforeTheRun(String policy, int look) {
        assertThatThrownBy(() -> new Scout(spec("a fox", policy), 4, look, 2).look(engine, DeviceWish.CPU, OutputPlan.NONE, ScoutTest::wait))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessageContaining(Term.parseStack(policy).getFirst().id())
                .hasMessageContaining("compares the prompt with a second branch within the first 5 steps");
        assertThat(model.callSizes()).isEmpty();
        assertThat(saved).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"window(from=0.5,to=1) + cfg(w=3) | 6", "ag(threshold=0.5) + cfg(w=3) | 2", "cfgpp(w=1) | 2", "zigzag + cfg(w=3) | 2"})
    void aPolicyThatComparesAnywhereInTheLookIsTaken(String policy, int look) throws InterruptedException {
        Scout scout = new Scout(spec("a fox", policy), 3, look, 1);
        List<Scouted> scouted = scout.finish(scout.look(engine, DeviceWish.CPU, OutputPlan.NONE, ScoutTest::wait), ScoutTest::wait);
        assertThat(scouted).allSatisfy(seed -> assertThat(seed.difference()).isPositive());
        assertThat(saved).containsExactly(scouted.getFirst().seed());
    }

    @ParameterizedTest
    @CsvSource({"1, 5, 1, seeds", "65, 5, 4, seeds", "4, 5, 5, keep", "4, 5, 0, keep", "4, 10, 2, look", "4, 0, 2, look"})
    void numbersThatDoNotFitAreRefusedByName(int seeds, int look, int keep, String where) {
        assertThatThrownBy(() -> new Scout(spec("a fox", "cfg(w=3)"), seeds, look, keep).look(engine, DeviceWish.CPU, OutputPlan.NONE, ScoutTest::wait))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessageStartingWith(where + ": expected");
        assertThat(model.callSizes()).isEmpty();
    }

    @Test
    void whereOneSeedFailsNoneIsLeftWaiting() {
        List<RunHandle> runs = new ArrayList<>();
        Scout.Waiting failing = (run, cursor) -> {
            runs.add(run);
            wait(run, cursor);
            if (runs.size() == 3) {
                throw new EngineException.NumericalFailure("made up");
            }
        };
        assertThatThrownBy(() -> new Scout(spec("a fox", "cfg(w=3)"), 4, 2, 2).look(engine, DeviceWish.CPU, OutputPlan.NONE, failing)).hasMessage("made up");
        assertThat(runs).hasSize(3).allSatisfy(run -> assertThat(run.isOver()).isTrue());
    }

    @Test
    void aSumOfNothingIsNotANumber() throws InterruptedException {
        RunHandle run = engine.submit(RunRequest.single(spec("a fox", "none"), OutputPlan.NONE));
        assertThat(run.await()).isEqualTo(new RunOutcome.Completed());
        assertThat(ScoreDifferences.sum(run.steps(0, 0))).isNaN();
    }

    private static RunSpec spec(String prompt, String policy) {
        return new RunSpec("starter", prompt, "", 32, 32, 7, 1, STEPS, Term.of("ddim"), Term.of("trailing"), Term.parseStack(policy), "torch", List.of());
    }

    private static void wait(RunHandle run, int cursor) throws InterruptedException {
        for (int next = cursor; ; ) {
            List<RunEvent> events = run.awaitEvents(next);
            next += events.size();
            if (events.stream().anyMatch(event -> event instanceof RunEvent.Paused || event instanceof RunEvent.Ended)) {
                return;
            }
        }
    }
}
