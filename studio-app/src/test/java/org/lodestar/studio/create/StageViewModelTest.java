package org.lodestar.studio.create;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.studio.fx.PreviewWorker;
import org.lodestar.studio.session.Bench;
import org.lodestar.studio.session.FakeRun;
import org.lodestar.studio.session.FakeEngine;

class StageViewModelTest {
    @TempDir
    Path folder;

    private final Deque<Runnable> deliveries = new ArrayDeque<>();
    private Bench bench;
    private CreateViewModel create;
    private StageViewModel stage;
    private FakeRun run;

    @BeforeEach
    void open() {
        bench = new Bench(folder);
        create = new CreateViewModel(
                bench.session, FakeEngine.INSTRUMENTS, new PreviewWorker(Runnable::run, deliveries::add), new SplittableRandom(1));
        stage = create.stage();
        create.generate();
        run = bench.engine.run();
        run.start();
        bench.frame();
    }

    private void deliver() {
        while (!deliveries.isEmpty()) {
            deliveries.remove().run();
        }
    }

    @Test
    void theNewestStepIsFollowed() {
        run.advance(3);
        bench.frame();
        assertThat(stage.steps().selectedProperty().get()).isEqualTo(2);
        run.advance(4);
        bench.frame();
        assertThat(stage.steps().selectedProperty().get()).isEqualTo(6);
    }

    @Test
    void aScrubbedStepStaysWhileTheRunGoesOn() {
        run.advance(5);
        bench.frame();
        stage.steps().select(1);
        run.advance(5);
        bench.frame();
        assertThat(stage.steps().selectedProperty().get()).isEqualTo(1);
        stage.steps().select(9);
        run.advance(1);
        bench.frame();
        assertThat(stage.steps().selectedProperty().get()).as("the newest step was chosen: followed again").isEqualTo(10);
    }

    @Test
    void aStepThatIsNotDoneCannotBeSelected() {
        run.advance(2);
        bench.frame();
        stage.steps().select(15);
        assertThat(stage.steps().selectedProperty().get()).isEqualTo(1);
    }

    @Test
    void oneLargePictureIsInTheMakingAtATimeAndTheNextIsOfTheNewestStep() {
        AtomicInteger shown = new AtomicInteger();
        stage.picturesProperty().subscribe(pictures -> shown.incrementAndGet());
        shown.set(0);
        for (int i = 0; i < 8; i++) {
            run.advance(1);
            bench.frame();
        }
        assertThat(shown).as("nothing was delivered yet").hasValue(0);
        deliver();
        assertThat(shown).as("the first step's and the newest step's").hasValue(2);
    }

    @Test
    void everyStepGetsItsThumbnail() {
        run.advance(6);
        bench.frame();
        deliver();
        assertThat(stage.steps().thumbnails()).hasSize(20);
        assertThat(stage.steps().thumbnails().subList(0, 6)).doesNotContainNull();
        assertThat(stage.steps().thumbnails().subList(6, 20)).containsOnlyNulls();
    }

    @Test
    void aBranchHasTheThumbnailsOfItsParentOnceItHasStarted() {
        run.finish();
        bench.frame();
        deliver();
        stage.steps().select(6);
        create.branchHere();
        bench.frame();
        deliver();
        assertThat(stage.steps().thumbnails()).containsOnlyNulls();
        bench.engine.run().start();
        bench.frame();
        deliver();
        assertThat(stage.steps().thumbnails().subList(0, 6)).doesNotContainNull();
    }

    @Test
    void theFinishedPictureReplacesThePreviewOfTheLastStep() {
        run.finish();
        bench.frame();
        deliver();
        assertThat(stage.picturesProperty().get()).singleElement().satisfies(picture -> {
            assertThat(picture.preview()).isFalse();
            assertThat(picture.image().width()).isEqualTo(128);
        });
        stage.steps().select(10);
        deliver();
        assertThat(stage.picturesProperty().get()).singleElement().satisfies(picture -> assertThat(picture.preview()).isTrue());
    }

    @Test
    void aBranchThatWasNotAskedHasNoPicture() {
        run.guide(false);
        run.advance(1);
        bench.frame();
        stage.lensProperty().set(Lens.ALL_FOUR);
        deliver();
        assertThat(stage.picturesProperty().get()).hasSize(4);
        assertThat(stage.picturesProperty().get().get(0)).isNotNull();
        assertThat(stage.picturesProperty().get().get(2)).isNull();
        assertThat(stage.picturesProperty().get().get(3)).isNull();
    }

    @Test
    void theStepWhereGuidanceStopsIsMarked() {
        run.advance(4);
        run.guide(false);
        run.advance(4);
        bench.frame();
        assertThat(stage.marks()).singleElement().satisfies(mark -> {
            assertThat(mark.step()).isEqualTo(4);
            assertThat(mark.kind()).isEqualTo(StageMark.Kind.GUIDANCE);
        });
    }

    @Test
    void theOldPictureStaysUntilTheNextRunHasOne() {
        run.finish();
        bench.frame();
        deliver();
        create.generate();
        bench.engine.run().start();
        bench.frame();
        deliver();
        assertThat(stage.picturesProperty().get()).hasSize(1);
        assertThat(stage.steps().selectedProperty().get()).isEqualTo(-1);
    }
}
