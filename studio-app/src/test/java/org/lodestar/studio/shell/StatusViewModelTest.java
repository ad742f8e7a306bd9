package org.lodestar.studio.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.run.RunEvent;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.studio.session.Bench;
import org.lodestar.studio.session.FakeRun;

class StatusViewModelTest {
    @TempDir
    Path folder;

    private Bench bench;
    private StatusViewModel status;

    @BeforeEach
    void open() {
        bench = new Bench(folder);
        status = new StatusViewModel(bench.session, () -> 412_000_000);
    }

    private FakeRun run() {
        bench.session.generate(
                new RunSpec("starter", "a", "", 64, 64, 1, 1, 20, Term.of("ddim"), Term.of("trailing"), List.of(), "torch", List.of()));
        bench.frame();
        return bench.engine.run();
    }

    @Test
    void beforeAnythingItSaysWhatTheModelDoes() {
        assertThat(status.activityProperty().get()).isEqualTo("Loading the model…");
        bench.session.warmUp();
        assertThat(status.activityProperty().get()).isEqualTo("Ready");
        assertThat(status.deviceProperty().get()).isEqualTo("CPU, 2 threads");
        assertThat(status.memoryProperty().get()).isEqualTo("Memory 412 MB");
    }

    @Test
    void aModelThatDoesNotLoadIsTrouble() {
        bench.engine.loads(CompletableFuture.failedFuture(new EngineException.InferenceFailure("The file is cut short.", null)));
        bench.session.warmUp();
        assertThat(status.moodProperty().get()).isEqualTo(StatusViewModel.Mood.TROUBLE);
    }

    @Test
    void loadingIsAPhaseOfItsOwn() {
        FakeRun run = run();
        assertThat(status.activityProperty().get()).isEqualTo("Waiting for its turn");
        run.add(new RunEvent.Loading("denoiser", 0.4));
        bench.frame();
        assertThat(status.activityProperty().get()).isEqualTo("Loading denoiser · 40 %");
        assertThat(status.progressProperty().get()).isEqualTo(0.4);
    }

    @Test
    void whileDenoisingItSaysStepPaceAndTimeLeft() {
        FakeRun run = run();
        run.start();
        run.advance(1);
        bench.pulse.advance(100);
        assertThat(status.activityProperty().get()).isEqualTo("Step 1 of 20");
        run.advance(5);
        bench.pulse.advance(500);
        assertThat(status.activityProperty().get()).isEqualTo("Step 6 of 20 · 10.0 it/s · 1.4 s left");
        assertThat(status.progressProperty().get()).isEqualTo(0.3);
    }

    @Test
    void atTheEndItSaysHowLongAndWhatWasSaved() {
        FakeRun run = run();
        run.start();
        run.advance(14);
        run.guide(false);
        run.finish();
        bench.frame();
        assertThat(status.activityProperty().get()).isEqualTo("Done in 1.5 s");
        assertThat(status.budgetProperty().get()).isEqualTo("34 network calls · 6 saved");
        assertThat(status.moodProperty().get()).isEqualTo(StatusViewModel.Mood.DONE);
    }

    @Test
    void aPictureThatIsNoneIsTold() {
        FakeRun run = run();
        run.start();
        run.advance(20);
        run.add(new RunEvent.Noticed(0, 0, "The picture is one flat colour."));
        run.finish();
        bench.frame();
        assertThat(status.activityProperty().get()).isEqualTo("The picture is one flat colour.");
        assertThat(status.moodProperty().get()).isEqualTo(StatusViewModel.Mood.TROUBLE);
    }

    static List<Arguments> failures() {
        return List.of(
                Arguments.of(new EngineException.InvalidInput("size", "a multiple of 8", "100", "Choose 96"), "A setting does not fit · "),
                Arguments.of(new EngineException.ModelProblem(List.of(new Problem("denoiser", "a file", "none", "Add it")), null), "This model does not work · "),
                Arguments.of(new EngineException.InferenceFailure("The network stopped.", null), "The model failed · "),
                Arguments.of(new EngineException.NumericalFailure("Nothing but NaN."), "The picture fell apart · "),
                Arguments.of(new EngineException.OutOfResources("No memory is left.", null), "There is not enough memory or disk space · "),
                Arguments.of(new EngineException.OutputFailure("The disk is full.", null), "The picture could not be saved · "));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aFailedRunIsToldInWordsWithItsReason(EngineException problem, String words) {
        FakeRun run = run();
        run.fail(problem);
        bench.frame();
        assertThat(status.activityProperty().get()).isEqualTo(words + problem.sentences().getFirst()).doesNotContain("(" + problem.code() + ")");
        assertThat(status.moodProperty().get()).isEqualTo(StatusViewModel.Mood.TROUBLE);
    }

    @Test
    void aStoppedRunIsNoTrouble() {
        FakeRun run = run();
        run.start();
        run.advance(3);
        run.cancel();
        bench.frame();
        assertThat(status.activityProperty().get()).isEqualTo("Stopped after step 3 of 20");
        assertThat(status.moodProperty().get()).isEqualTo(StatusViewModel.Mood.QUIET);
    }
}
