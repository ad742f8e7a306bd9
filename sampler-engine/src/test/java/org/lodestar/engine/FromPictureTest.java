package org.lodestar.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lodestar.engine.codec.LatentCodec;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.image.Png;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.noise.TorchNoise;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.record.AtomicFile;
import org.lodestar.engine.run.Change;
import org.lodestar.engine.run.OutputPlan;
import org.lodestar.engine.run.RunEvent;
import org.lodestar.engine.run.RunHandle;
import org.lodestar.engine.run.RunOutcome;
import org.lodestar.engine.run.RunRequest;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.engine.run.Source;
import org.lodestar.engine.run.SpecJson;
import org.lodestar.engine.schedule.NoiseLevel;
import org.lodestar.engine.testing.ToyLoader;
import org.lodestar.engine.testing.ToyModel;

/// Runs that start from a picture, on a model without a network.
@Timeout(60)
class FromPictureTest {
    private static final CancelToken NEVER = new CancelToken();

    @TempDir
    Path folder;

    private final ToyModel model = new ToyModel(ToySchedules.vp());
    private final LocalEngine engine = new LocalEngine(new EngineOptions(Path.of("."), Path.of("."), 1), new ToyLoader(model), (plan, spec, lane, sample, picture, record) -> null);
    private Path picture = Path.of("");
    private Path mask = Path.of("");

    @BeforeEach
    void files() {
        picture = write("picture.png", image((x, y) -> 40 + 4 * x + y));
        mask = write("mask.png", image((x, y) -> x < 16 ? 255 : 0));
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private interface Shade {
        int at(int x, int y);
    }

    private static Rgb image(Shade shade) {
        byte[] bytes = new byte[32 * 32 * 3];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) shade.at(i / 3 % 32, i / 96);
        }
        return Rgb.adopt(32, 32, bytes);
    }

    private Path write(String name, Rgb image) {
        Path file = folder.resolve(name);
        AtomicFile.replace(file, Png.encode(image, List.of()));
        return file;
    }

    private Source from(double strength) {
        return Source.of(picture.toString(), strength);
    }

    private static RunSpec spec(Source source, String sampler) {
        return new RunSpec("starter", "a fox", "", 32, 32, 7, 1, 10, Term.of(sampler), Term.of("trailing"), Term.parseStack("cfg(w=3)"), "torch", List.of())
                .withSource(Optional.of(source));
    }

    private RunHandle finish(RunSpec spec) throws InterruptedException {
        RunHandle run = engine.submit(new RunRequest(List.of(spec), DeviceWish.CPU, OutputPlan.NONE));
        assertThat(run.await()).isEqualTo(new RunOutcome.Completed());
        return run;
    }

    private static Latents last(RunHandle run) {
        return run.step(0, 0, run.stepsDone(0) - 1).after();
    }

    /// `z = mean + deviation*n_0` of the same seed.
    private Latents encoded() {
        return model.codec().posterior(LatentCodec.pixels(image((x, y) -> 40 + 4 * x + y)), NEVER).sample(new TorchNoise().opening(7, 0, 1, 4, 4));
    }

    @Test
    void startsAtTheLevelThatTheStrengthLeavesWithTheNextNoiseOfTheSeed() throws InterruptedException {
        RunHandle run = finish(spec(from(0.6), "ddim"));

        assertThat(run.stepsDone(0)).isEqualTo(6);
        NoiseLevel level = run.step(0, 0, 0).level();
        RunHandle whole = finish(spec(from(0.6), "ddim").withSource(Optional.empty()));
        assertThat(level).isEqualTo(whole.step(0, 0, 4).level());
        Latents expected = LatentOps.combine(level.alpha(), encoded(), level.sigma(), new TorchNoise().opening(7, 1, 1, 4, 4));
        assertThat(run.step(0, 0, 0).before()).isEqualTo(expected);
    }

    @Test
    void theMeanIsTakenWhereAskedForAndLeavesTheFirstNoiseToTheState() throws InterruptedException {
        Source mean = new Source(new Source.Picture(picture.toString(), ""), 0.6, Optional.empty(), Source.Encoding.MEAN);
        RunHandle run = finish(spec(mean, "ddim"));

        NoiseLevel level = run.step(0, 0, 0).level();
        Latents z = model.codec().encode(image((x, y) -> 40 + 4 * x + y), NEVER);
        assertThat(run.step(0, 0, 0).before()).isEqualTo(LatentOps.combine(level.alpha(), z, level.sigma(), new TorchNoise().initial(7, 1, 4, 4)));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.35, 1})
    void aBlackMaskKeepsThePictureAsItWasEncoded(double strength) throws InterruptedException {
        Path black = write("black.png", image((x, y) -> 0));
        assertThat(last(finish(spec(from(strength).withMask(black.toString()), "dpmpp_2m")))).isEqualTo(encoded());
    }

    @Test
    void aWhiteMaskRepaintsAsWithoutOne() throws InterruptedException {
        Path white = write("white.png", image((x, y) -> 255));
        assertThat(last(finish(spec(from(0.6).withMask(white.toString()), "heun")))).isEqualTo(last(finish(spec(from(0.6), "heun"))));
    }

    @Test
    void aMaskRepaintsItsWhitePartOnly() throws InterruptedException {
        Latents end = last(finish(spec(from(1).withMask(mask.toString()), "ddim")));
        Latents z = encoded();
        for (int i = 0; i < 16; i++) {
            if (i % 4 < 2) {
                assertThat(end.at(i)).as("cell %d", i).isNotEqualTo(z.at(i));
            } else {
                assertThat(end.at(i)).as("cell %d", i).isEqualTo(z.at(i));
            }
        }
    }

    @Test
    void greyAndPartlyCoveredCellsAreMixed() throws InterruptedException {
        Path half = write("half.png", image((x, y) -> x < 12 ? 255 : 0)); // the second column of cells is covered by half
        Latents end = last(finish(spec(from(0.6).withMask(half.toString()), "ddim")));
        RunHandle run = finish(spec(from(0.6).withMask(half.toString()), "ddim"));
        Latents repainted = run.step(0, 0, 5).guided().denoised();

        // the last step of ddim goes to the clean estimate, of which half is taken
        for (int row = 0; row < 4; row++) {
            assertThat(end.at(4 * row + 1)).isEqualTo(0.5f * repainted.at(4 * row + 1) + 0.5f * encoded().at(4 * row + 1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"torch", "torch-stream", "nv", "numpy"})
    void anUneditedBranchIsBitEqualToItsParent(String noise) throws InterruptedException {
        RunSpec usual = spec(from(0.8).withMask(mask.toString()), "dpmpp_sde");
        RunSpec spec = new RunSpec(
                usual.model(), "a fox", "", 32, 32, 7, 2, 10, usual.sampler(), usual.spacing(), usual.policy(), noise, List.of(), usual.syntax(), usual.source(), usual.template(), usual.lent());
        RunHandle parent = finish(spec);
        for (int step : new int[] {0, 3, 7}) {
            RunHandle child = engine.fork(parent, 0, step, Change.none(), OutputPlan.NONE);
            assertThat(child.await()).isEqualTo(new RunOutcome.Completed());
            assertThat(last(child)).isEqualTo(last(parent));
        }
    }

    @Test
    void theRecordHoldsTheSourceWithItsHashAndRunsAgain() throws InterruptedException {
        RunHandle run = finish(spec(from(0.6).withMask(mask.toString()), "ddim"));
        RunEvent.ImageFinished made =
                run.eventsSince(0).stream().filter(RunEvent.ImageFinished.class::isInstance).map(RunEvent.ImageFinished.class::cast).findFirst().orElseThrow();
        RunSpec recorded = SpecJson.read(made.record().spec());

        assertThat(recorded.source().orElseThrow().picture().hash()).hasSize(64);
        assertThat(recorded.source().orElseThrow().mask().orElseThrow().hash()).hasSize(64);
        assertThat(recorded).isEqualTo(run.lanes().getFirst());
        assertThat(last(finish(recorded))).isEqualTo(last(run));
    }

    @Test
    void aSourceThatHasChangedIsRefusedInWords() throws InterruptedException {
        RunSpec recorded = finish(spec(from(0.6), "ddim")).lanes().getFirst();
        write("picture.png", image((x, y) -> 3));

        RunHandle run = engine.submit(new RunRequest(List.of(recorded), DeviceWish.CPU, OutputPlan.NONE));

        assertThat(run.await()).isInstanceOfSatisfying(RunOutcome.Failed.class, failed -> assertThat(failed.problem())
                .hasMessageContaining("pixels that the recipe was made with")
                .hasMessageContaining("Put the original picture back"));
    }

    /// The toy's picture of latents that are the same everywhere is one colour; of -2 and less it is black.
    @Test
    void aFlatOrBlackPictureIsNeverSilent() throws InterruptedException {
        Path black = write("black.png", image((x, y) -> 0));
        Source keep = new Source(new Source.Picture(write("grey.png", image((x, y) -> 90)).toString(), ""), 0.5, Optional.of(new Source.Picture(black.toString(), "")), Source.Encoding.MEAN);

        RunHandle flat = finish(spec(keep, "ddim"));

        assertThat(flat.eventsSince(0)).filteredOn(RunEvent.Noticed.class::isInstance).singleElement().asString().contains("one flat colour");
        assertThat(flat.eventsSince(0)).filteredOn(RunEvent.ImageFinished.class::isInstance).singleElement().satisfies(event -> assertThat(
                        ((RunEvent.ImageFinished) event).record().policyLog().getLast().notes())
                .anyMatch(note -> note.contains("one flat colour")));
        assertThat(finish(spec(from(0.6), "ddim")).eventsSince(0)).noneMatch(RunEvent.Noticed.class::isInstance);
    }

    @Test
    void whatCannotWorkIsToldBeforeTheRun() {
        Source lost = Source.of(folder.resolve("lost.png").toString(), 1.5);
        assertThatThrownBy(() -> engine.submit(new RunRequest(List.of(spec(lost, "ddim")), DeviceWish.CPU, OutputPlan.NONE)))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessageContaining("strength")
                .hasMessageContaining("where there is no file");
        assertThatThrownBy(() -> engine.submit(new RunRequest(List.of(spec(from(0.05), "ddim")), DeviceWish.CPU, OutputPlan.NONE)))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessageContaining("a strength of at least 0.1");
    }
}
