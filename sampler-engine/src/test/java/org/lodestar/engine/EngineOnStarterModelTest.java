package org.lodestar.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.record.PictureFile;
import org.lodestar.engine.run.Change;
import org.lodestar.engine.run.OutputPlan;
import org.lodestar.engine.run.RunEvent;
import org.lodestar.engine.run.RunHandle;
import org.lodestar.engine.run.RunOutcome;
import org.lodestar.engine.run.RunRequest;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.engine.run.SpecJson;

/// The whole way on the model that ships: from a prompt to a file and back.
class EngineOnStarterModelTest {
    @TempDir
    private static Path cache;

    private static Engine engine;

    @BeforeAll
    static void open() {
        engine = Engine.open(new EngineOptions(Path.of(System.getProperty("lodestar.root"), "models", "starter"), cache, 0));
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    @Test
    void aPictureCarriesTheRecipeThatMakesItAgainBitForBit(@TempDir Path folder) throws InterruptedException {
        Path file = folder.resolve("apple.png");
        RunHandle run = finish(new RunRequest(List.of(spec("a red apple", "cfg(w=5)")), DeviceWish.CPU, OutputPlan.file(file)));
        PictureFile saved = PictureFile.read(file);
        var record = saved.record().orElseThrow();

        RunHandle again = finish(new RunRequest(List.of(SpecJson.read(record.spec())), DeviceWish.CPU, OutputPlan.NONE));

        assertThat(picture(run).image()).isEqualTo(saved.image());
        assertThat(picture(again).record().imageHash()).isEqualTo(record.imageHash());
        assertThat(picture(again).record().latentHash()).isEqualTo(record.latentHash());
        assertThat(record.nfe()).isEqualTo(20);
    }

    @Test
    void linkedLanesEqualTheSameRunsAloneAndBranchesEqualTheirParents() throws InterruptedException {
        RunSpec cfg = spec("a red apple", "cfg(w=5)");
        RunSpec apg = spec("a red apple", "apg(w=8,eta=0,r=2.5,beta=-0.5)");
        RunHandle linked = finish(new RunRequest(List.of(cfg, apg), DeviceWish.CPU, OutputPlan.NONE));

        assertThat(last(linked, 0)).isEqualTo(last(finish(new RunRequest(List.of(cfg), DeviceWish.CPU, OutputPlan.NONE)), 0));
        assertThat(last(linked, 1)).isEqualTo(last(finish(new RunRequest(List.of(apg), DeviceWish.CPU, OutputPlan.NONE)), 0));

        RunHandle branch = engine.fork(linked, 1, 6, Change.none(), OutputPlan.NONE);
        assertThat(branch.await()).isEqualTo(new RunOutcome.Completed());
        assertThat(last(branch, 0)).isEqualTo(last(linked, 1));
    }

    private static RunSpec spec(String prompt, String policy) {
        return new RunSpec(
                "starter", prompt, "", 128, 128, 1, 1, 10, Term.of("ddim"), Term.of("trailing"), Term.parseStack(policy), "torch", List.of());
    }

    private static RunHandle finish(RunRequest request) throws InterruptedException {
        RunHandle run = engine.submit(request);
        assertThat(run.await()).isEqualTo(new RunOutcome.Completed());
        return run;
    }

    private static RunEvent.ImageFinished picture(RunHandle run) {
        return run.eventsSince(0).stream().filter(RunEvent.ImageFinished.class::isInstance).map(RunEvent.ImageFinished.class::cast).findFirst().orElseThrow();
    }

    private static Latents last(RunHandle run, int lane) {
        return run.step(lane, 0, run.stepsDone(lane) - 1).after();
    }
}
