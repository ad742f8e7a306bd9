package org.lodestar.studio.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.image.PngReader;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.run.RunOutcome;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.studio.fx.ManualPulse;
import org.lodestar.studio.fx.PreviewWorker;
import org.lodestar.studio.session.FakeEngine;
import org.lodestar.studio.session.Settings;
import org.lodestar.studio.session.SettingsFile;
import org.lodestar.studio.session.Shown;
import org.lodestar.studio.session.StudioSession;

class CompareViewModelTest {
    @TempDir
    private Path folder = Path.of("");

    private final StagedEngine engine = new StagedEngine();
    private final ManualPulse pulse = new ManualPulse();
    private CompareViewModel model = make();

    private CompareViewModel make() {
        StudioSession session = new StudioSession(
                engine, pulse, Runnable::run, new SettingsFile(folder.resolve("settings.json")), Settings.initial(folder.resolve("pictures"), folder.resolve("wildcards"), java.util.List.of()));
        return new CompareViewModel(session, FakeEngine.INSTRUMENTS, new PreviewWorker(Runnable::run, Runnable::run), new Random(3));
    }

    @BeforeEach
    void open() {
        model = make();
        model.form().stepsProperty().set(4);
    }

    @Test
    void twoLanesStartWithCfgAgainstApg() {
        assertThat(model.lanes()).extracting(LaneViewModel::name).containsExactly("A", "B");
        assertThat(model.lanes()).extracting(lane -> lane.guidance().stack().getFirst().id()).containsExactly("cfg", "apg");
    }

    @Test
    void allLanesRunFromOneRequestThatDiffersInThePolicyAlone() {
        model.form().promptProperty().set("a red fox");
        model.form().negativeProperty().set("blurry");
        model.form().seedProperty().set(42);
        model.addLane();
        model.run();
        List<RunSpec> specs = engine.latest().lanes();
        assertThat(specs).hasSize(3);
        RunSpec first = specs.getFirst();
        assertThat(first.prompt()).isEqualTo("a red fox");
        assertThat(first.negative()).isEqualTo("blurry");
        assertThat(first.seed()).isEqualTo(42);
        assertThat(first.steps()).isEqualTo(4);
        for (int lane = 0; lane < 3; lane++) {
            assertThat(specs.get(lane)).isEqualTo(first.withPolicy(model.lanes().get(lane).guidance().stack()));
        }
    }

    @Test
    void allLanesStartFromTheSamePictureUntilItIsCleared() {
        model.form().source().choose(Path.of("fox.png"));
        model.form().source().strengthProperty().set(0.35);

        assertThat(model.specs()).allSatisfy(spec -> assertThat(spec.source()).hasValueSatisfying(from -> {
            assertThat(from.picture().path()).endsWith("fox.png");
            assertThat(from.strength()).isEqualTo(0.35);
        }));
        RunSpec spec = model.specs().getFirst();
        model.form().source().clear();
        assertThat(model.specs()).allSatisfy(one -> assertThat(one.source()).isEmpty());
        model.show(spec);
        assertThat(model.specs()).allSatisfy(one -> assertThat(one.source()).isEqualTo(spec.source()));
    }

    @Test
    void theSeedStaysFromRunToRunUntilItIsRolled() {
        model.run();
        model.run();
        assertThat(engine.runs.get(1).lanes().getFirst().seed()).isEqualTo(engine.runs.get(0).lanes().getFirst().seed());
        model.form().rollSeed();
        model.run();
        assertThat(engine.runs.get(2).lanes().getFirst().seed()).isNotEqualTo(engine.runs.get(1).lanes().getFirst().seed());
    }

    @Test
    void aStepIsShownWhenAllLanesHaveIt() {
        model.run();
        engine.latest().step(0, true);
        frames();
        assertThat(model.shown().steps().doneProperty().get()).isZero();
        assertThat(model.lanes().getFirst().pictureProperty().get()).isNull();
        engine.latest().step(1, true);
        frames();
        assertThat(model.shown().steps().doneProperty().get()).isEqualTo(1);
        assertThat(level(0)).isZero();
        assertThat(level(1)).isEqualTo(40);
    }

    @Test
    void theNewestStepIsFollowedUntilTheUserScrubsBack() {
        model.run();
        steps(2);
        assertThat(model.shown().steps().selectedProperty().get()).isEqualTo(1);
        model.shown().steps().select(0);
        steps(1);
        assertThat(model.shown().steps().selectedProperty().get()).isZero();
        assertThat(level(1)).isEqualTo(40);
        model.shown().steps().select(2);
        steps(1);
        assertThat(model.shown().steps().selectedProperty().get()).isEqualTo(3);
        assertThat(level(1)).isEqualTo(43);
    }

    @Test
    void onlyFinishedStepsCanBeSelected() {
        model.run();
        model.shown().steps().select(3);
        assertThat(model.shown().steps().selectedProperty().get()).isEqualTo(-1);
        steps(2);
        model.shown().steps().select(99);
        assertThat(model.shown().steps().selectedProperty().get()).isEqualTo(1);
    }

    @Test
    void theFinishedPictureTakesThePlaceOfTheLastPreviewOnly() {
        model.run();
        steps(4);
        assertThat(picture(0).preview()).isTrue();
        finish(200, 100);
        assertThat(picture(0).preview()).isFalse();
        assertThat(level(0)).isEqualTo(200);
        model.shown().steps().select(1);
        assertThat(picture(0).preview()).isTrue();
        assertThat(picture(0).width()).isEqualTo(model.form().sizeProperty().get().width());
    }

    @Test
    void thumbnailsAreLaneAsSteps() {
        model.run();
        steps(2);
        assertThat(model.shown().steps().thumbnails()).hasSize(4);
        assertThat(Objects.requireNonNull(model.shown().steps().thumbnails().get(1)).at(0, 0, 0)).isEqualTo(1);
        assertThat(model.shown().steps().thumbnails().get(2)).isNull();
    }

    @Test
    void metricsCountCallsTimeAndTheMeanEffectiveWeightOfGuidedSteps() {
        model.run();
        steps(2);
        engine.latest().step(0, true);
        engine.latest().step(1, false);
        frames();
        LaneMetrics metrics = model.lanes().get(1).metricsProperty().get();
        assertThat(metrics.nfe()).isEqualTo(5);
        assertThat(metrics.nfeSaved()).isEqualTo(1);
        assertThat(metrics.seconds()).isCloseTo(1.5, within(1e-9));
        assertThat(metrics.effectiveWeight()).isCloseTo((10.0 + 11.0) / 2, within(1e-9));
        assertThat(metrics.picture()).isEmpty();
    }

    @Test
    void finishedPicturesAreMeasuredAgainstLaneA() {
        model.run();
        steps(4);
        finish(200, 100);
        LaneMetrics.PictureNumbers first = model.lanes().get(0).metricsProperty().get().picture().orElseThrow();
        LaneMetrics.PictureNumbers second = model.lanes().get(1).metricsProperty().get().picture().orElseThrow();
        assertThat(second.likeness()).isEqualTo(0.3);
        assertThat(first.ssim()).isCloseTo(1, within(1e-9));
        assertThat(second.ssim()).isLessThan(0.99);
        assertThat(second.image().clipped()).isZero();
        assertThat(model.lanes().get(1).metricsProperty().get().nfe()).isEqualTo(8);
    }

    @Test
    void curvesHoldOneValuePerStepAndGapsForTheRest() {
        model.run();
        steps(2);
        assertThat(model.shown().curvesProperty().get())
                .containsExactly(List.of(0.0, 1.0, Double.NaN, Double.NaN), List.of(10.0, 11.0, Double.NaN, Double.NaN));
        model.shown().quantityProperty().set(Quantity.LATENT_SPREAD);
        assertThat(model.shown().curvesProperty().get().getFirst()).containsExactly(1.0, 1.0, Double.NaN, Double.NaN);
    }

    @Test
    void stepsWhereALaneStopsGuidingAreMarked() {
        model.run();
        steps(1);
        engine.latest().step(0, true);
        engine.latest().step(1, false);
        frames();
        assertThat(model.shown().marks()).containsExactly(new LaneMark(1, 1, false, "aligned"));
    }

    @Test
    void aLaneEditedAfterItsRunSaysWhatThePictureWasMadeWith() {
        model.run();
        LaneViewModel lane = model.lanes().getFirst();
        String before = lane.titleProperty().get();
        assertThat(lane.madeWithProperty().get()).isEmpty();
        lane.guidance().show(Term.parseStack("cfg(w=4)"));
        assertThat(lane.madeWithProperty().get()).isEqualTo(before);
        assertThat(lane.titleProperty().get()).contains("4.0").isNotEqualTo(before);
        lane.guidance().show(engine.latest().lanes().getFirst().policy());
        assertThat(lane.madeWithProperty().get()).isEmpty();
    }

    @Test
    void theTitleNamesTheStrengthFirst() {
        LaneViewModel lane = model.lanes().getFirst();
        lane.guidance().show(Term.parseStack("interval(lo=0.2,hi=5) + cfg(w=7)"));
        assertThat(lane.titleProperty().get()).startsWith("CFG").contains("7.0").endsWith("+ Interval");
    }

    @Test
    void thereAreTwoToFourLanes() {
        model.addLane();
        model.addLane();
        model.addLane();
        assertThat(model.lanes()).hasSize(4);
        model.removeLane(model.lanes().get(1));
        model.removeLane(model.lanes().get(1));
        model.removeLane(model.lanes().get(1));
        assertThat(model.lanes()).extracting(LaneViewModel::name).containsExactly("A", "B");
    }

    @Test
    void aNewLaneStartsFromTheLastOnesPolicyAndIsItsOwn() {
        model.addLane();
        assertThat(model.lanes().get(2).guidance().stack()).isEqualTo(model.lanes().get(1).guidance().stack());
        model.lanes().get(2).guidance().show(Term.parseStack("cfg(w=2)"));
        assertThat(model.lanes().get(1).guidance().stack().getFirst().id()).isEqualTo("apg");
    }

    @Test
    void changingTheLanesLeavesTheRunThatHadOtherLanes() {
        model.run();
        steps(2);
        model.otherProperty().set(1);
        model.addLane();
        assertThat(engine.latest().cancelled).isTrue();
        assertThat(model.shown().steps().runProperty().get()).isNull();
        assertThat(model.shown().runningProperty().get()).isFalse();
        assertThat(model.lanes().getFirst().pictureProperty().get()).isNull();
        assertThat(model.shown().curvesProperty().get()).isEmpty();
        steps(1);
        assertThat(model.shown().steps().doneProperty().get()).isZero();
    }

    @Test
    void runningAgainStopsTheRunUnderWay() {
        model.run();
        steps(2);
        model.run();
        assertThat(engine.runs.get(0).cancelled).isTrue();
        assertThat(model.shown().steps().doneProperty().get()).isZero();
        assertThat(model.shown().runningProperty().get()).isTrue();
        engine.runs.get(0).end(new RunOutcome.Cancelled(2));
        frames();
        assertThat(model.shown().runningProperty().get()).isTrue();
    }

    @Test
    void whatIsWrongIsSaidAndTheLastComparisonStays() {
        model.run();
        steps(2);
        engine.latest().end(new RunOutcome.Cancelled(2));
        frames();
        model.form().stepsProperty().set(0);
        model.run();
        assertThat(model.problems()).singleElement().asString().contains("steps").contains("found 0");
        assertThat(model.shown().steps().doneProperty().get()).isEqualTo(2);
        model.form().stepsProperty().set(4);
        model.run();
        assertThat(model.problems()).isEmpty();
    }

    @Test
    void aRunThatFailsSaysWhy() {
        model.run();
        engine.latest().end(new RunOutcome.Failed(new EngineException.NumericalFailure("step 1: found NaN")));
        frames();
        assertThat(model.shown().runningProperty().get()).isFalse();
        assertThat(model.problems()).containsExactly("step 1: found NaN");
    }

    @Test
    void exportWritesOnePictureWithAllLanesOnceTheyAreFinished() throws Exception {
        model.form().promptProperty().set("a red fox");
        model.run();
        steps(4);
        model.sheet().export();
        assertThat(model.sheet().exportableProperty().get()).isFalse();
        assertThat(folder.resolve("pictures")).doesNotExist();
        finish(200, 100);
        assertThat(model.sheet().exportableProperty().get()).isTrue();
        model.sheet().export();
        try (var files = Files.walk(folder.resolve("pictures"))) {
            Path file = files.filter(Files::isRegularFile).findFirst().orElseThrow();
            assertThat(file.getFileName().toString()).endsWith("-compare.png");
            assertThat(model.sheet().noticeProperty().get()).contains(file.toString());
            Rgb sheet = PngReader.read("the export", Files.readAllBytes(file)).image();
            assertThat(sheet.width()).isGreaterThan(2 * 384);
        }
    }

    @Test
    void anExportThatCannotBeWrittenSaysWhy() throws Exception {
        model.run();
        steps(4);
        finish(200, 100);
        Files.writeString(folder.resolve("pictures"), "in the way");
        model.sheet().export();
        assertThat(model.problems()).singleElement().asString().contains("pictures");
        assertThat(model.sheet().noticeProperty().get()).isEmpty();
    }

    @Test
    void aSpecFillsTheFormAndLaneA() {
        RunSpec spec = model.specs().getFirst().withSeed(99).withPolicy(Term.parseStack("cfg(w=2)"));
        model.show(spec);
        assertThat(model.specs().getFirst()).isEqualTo(spec.withPolicy(model.lanes().getFirst().guidance().stack()));
        assertThat(model.lanes().getFirst().titleProperty().get()).contains("2.0");
        assertThatThrownBy(() -> model.show(spec.withPolicy(Term.parseStack("unheard")))).isInstanceOf(EngineException.InvalidInput.class);
    }

    /// As many frames as the run has events: a frame takes in at least one.
    private void frames() {
        for (int i = 0; i < engine.latest().eventsSince(0).size(); i++) {
            pulse.advance(16);
        }
    }

    private void steps(int count) {
        for (int i = 0; i < count; i++) {
            engine.latest().step();
        }
        frames();
    }

    private void finish(int first, int second) {
        engine.latest().finish(0, StagedEngine.grey(first, 16));
        engine.latest().finish(1, StagedEngine.grey(second, 16));
        engine.latest().end(new RunOutcome.Completed());
        frames();
    }

    private Shown picture(int lane) {
        return Objects.requireNonNull(model.lanes().get(lane).pictureProperty().get());
    }

    private int level(int lane) {
        return picture(lane).image().at(0, 0, 0);
    }
}
