package org.lodestar.engine.internal.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lodestar.engine.Engine;
import org.lodestar.engine.EngineOptions;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.pack.ModelLoader;
import org.lodestar.engine.pack.ModelPackage;
import org.lodestar.engine.pack.TensorType;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.run.OutputPlan;
import org.lodestar.engine.run.RunEvent;
import org.lodestar.engine.run.RunHandle;
import org.lodestar.engine.run.RunOutcome;
import org.lodestar.engine.run.RunRequest;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.engine.run.StepRecord;
import org.lodestar.engine.schedule.NoiseLevel;
import org.lodestar.engine.testing.TinyFolder;
import org.lodestar.engine.testing.TinyTransformer;

/// Models with transformers: what each input is told shows in the answers of [TinyTransformer], whose formula is worked out here a second time from the ids that the texts have.
class TransformersTest {
    private static final CancelToken NEVER = new CancelToken();

    @TempDir
    Path folder;

    @TempDir
    static Path cache;

    private ModelPackage open(TinyFolder files) {
        return new OrtModelLoader(cache, 1).open(files.root(), DeviceWish.CPU, ModelLoader.LoadListener.SILENT, NEVER);
    }

    /// The network's raw answer for a state of 4x6 cells at half the noise.
    private static Latents ask(ModelPackage model, String text, double guidance) {
        Conditioning told = model.text().encode(text, NEVER);
        Query query = new Query(Branch.main("b", guidance == 0 ? told : told.with(Conditioning.GUIDANCE, guidance)), state(model), model.schedule().at(500));
        return model.parameterization().fromPrediction(model.denoiser().predict(List.of(query), NEVER).getFirst(), query.x(), query.level());
    }

    private static Latents state(ModelPackage model) {
        return Latents.zeros(model.latentFormat().channels(), 4, 6).like(i -> 0.01 * i - 1);
    }

    /// `1e-2*sum_i (i + 1)*(states_i . (1, 1/2, ...))`
    private static double states(double[][] rows) {
        double sum = 0;
        for (int i = 0; i < rows.length; i++) {
            for (int k = 0; k < rows[i].length; k++) {
                sum += 1e-2 * (i + 1) * rows[i][k] / (k + 1);
            }
        }
        return sum;
    }

    /// `id*scale*(1, 2, ... width)`
    private static double[] row(double id, double scale, int width) {
        return IntStream.range(0, width).mapToDouble(i -> id * scale * (i + 1)).toArray();
    }

    private static double[] beside(double[] one, double[] two) {
        return java.util.stream.DoubleStream.concat(java.util.Arrays.stream(one), java.util.Arrays.stream(two)).toArray();
    }

    private static double pooled(double... values) {
        return IntStream.range(0, values.length).mapToDouble(i -> 1e-3 * (i + 1) * values[i]).sum();
    }

    /// What both CLIP encoders and T5 make of "a b", or of nothing.
    private static double sd3Score(boolean words, boolean t5) {
        int[] first = words ? new int[] {0, 3, 4, 1, 1} : new int[] {0, 1, 1, 1, 1};
        int[] second = words ? new int[] {0, 3, 4, 1, 2} : new int[] {0, 1, 2, 2, 2};
        double[][] rows = new double[9][];
        for (int i = 0; i < 5; i++) {
            rows[i] = beside(row(first[i], 2, 3), row(second[i], 2, 2));
        }
        System.arraycopy(t5(words, t5 ? 0 : -1), 0, rows, 5, 4);
        double a = IntStream.of(first).sum();
        double b = IntStream.of(second).sum();
        return states(rows) + pooled(a, 2 * a, 3 * a, b, 2 * b);
    }

    /// T5's rows, `extra` added to ids that count; zeros for -1.
    private static double[][] t5(boolean words, int extra) {
        int[] ids = words ? new int[] {3, 4, 1, 0} : new int[] {1, 0, 0, 0};
        int used = words ? 3 : 1;
        return IntStream.range(0, 4).mapToObj(i -> row(extra < 0 ? 0 : ids[i] + (i < used ? extra : 0), 1, 6)).toArray(double[][]::new);
    }

    private static double fluxScore(boolean words) {
        double sum = words ? 9 : 4;
        return states(t5(words, 0)) + pooled(sum, 2 * sum, 3 * sum);
    }

    private static void close(Latents found, double expected) {
        for (int i = 0; i < found.size(); i++) {
            assertThat((double) found.at(i)).as("entry %d", i).isCloseTo(expected, within(2e-3 * Math.max(1, Math.abs(expected))));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void stableDiffusion3IsToldThreeTextsAndTwoVectors(boolean t5) {
        try (ModelPackage model = open(TinyTransformer.sd3(folder.resolve("sd3"), t5, 0.5))) {
            assertThat(model.info().family()).isEqualTo("sd3");
            Latents raw = ask(model, "a b", 0);
            double score = 0.5 + sd3Score(true, t5);
            Latents x = state(model);
            close(raw.like(i -> raw.at(i) - 0.5 * x.at(i)), score);
            assertThat(model.info().notes().stream().anyMatch(note -> note.contains("no text_encoder_3"))).isEqualTo(!t5);
        }
    }

    @ParameterizedTest
    @CsvSource({"FLOAT, 2", "INT64, 2", "FLOAT, 3"})
    void fluxIsFedPatchesWithTheirPlacesAndTheGuidanceWeight(TensorType ids, int axes) {
        try (ModelPackage model = open(TinyTransformer.flux(folder.resolve("flux"), true, 1, ids, axes))) {
            assertThat(model.info().family()).isEqualTo("flux-dev");
            Latents x = state(model);
            for (double guidance : new double[] {0, 2.25}) {
                Latents raw = ask(model, "a b", guidance);
                double score = 0.5 + 100 * (guidance == 0 ? 3.5 : guidance) + fluxScore(true);
                Latents rest = raw.like(i -> {
                    int channel = i / 24;
                    int y = i / 6 % 4;
                    int column = i % 6;
                    double fed = (channel * 4 + y % 2 * 2 + column % 2) * (double) x.at(i);
                    return raw.at(i) - fed - (100 * (y / 2) + column / 2);
                });
                close(rest, score);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"true, INT64", "false, FLOAT", "false, BOOL"})
    void pixArtIsToldWhichTokensCountAndItsSpreadIsLeftOut(boolean sized, TensorType mask) {
        try (ModelPackage model = open(TinyTransformer.pixArt(folder.resolve("pixart"), sized, 0.5, mask))) {
            assertThat(model.info().family()).isEqualTo(sized ? "pixart-alpha" : "pixart-sigma");
            Latents x = state(model);
            Latents raw = ask(model, "a b", 0);
            double told = sized ? (32 + 2 * 48) / 64.0 + 4 / 6.0 : 0;
            close(raw.like(i -> raw.at(i) - 0.5 * x.at(i)), 0.5 + states(t5(true, 10)) + (1 + 2 + 3) / 8.0 + told);
        }
    }

    @Test
    void sanaIsToldItsOwnTimeAndGemmasStates() {
        try (ModelPackage model = open(TinyTransformer.sana(folder.resolve("sana"), 0.5))) {
            assertThat(model.info().family()).isEqualTo("sana");
            Latents x = state(model);
            Latents raw = ask(model, "a b", 0);
            double[][] rows = {row(11, 1, 6), row(13, 1, 6), row(16, 1, 6), row(0, 1, 6)};
            close(raw.like(i -> raw.at(i) - 0.5 * x.at(i)), 0.25 + states(rows) + (1 + 2 + 3) / 8.0);
        }
    }

    private record Done(List<StepRecord> steps, Rgb picture) {}

    private Done run(TinyFolder files, String policy, String spacing, String sampler, int width, int height) throws InterruptedException {
        RunSpec spec = new RunSpec(
                files.root().toString(), "a b", "", width, height, 3, 1, 3, Term.parse(sampler), Term.of(spacing), Term.parseStack(policy), "torch", List.of());
        try (Engine engine = Engine.open(new EngineOptions(files.root(), folder.resolve("cache"), 1))) {
            RunHandle run = engine.submit(new RunRequest(List.of(spec), DeviceWish.CPU, OutputPlan.NONE));
            if (run.await() instanceof RunOutcome.Failed failed) {
                throw failed.problem();
            }
            Rgb picture = run.eventsSince(0).stream().filter(RunEvent.ImageFinished.class::isInstance).map(RunEvent.ImageFinished.class::cast).findFirst().orElseThrow().image();
            return new Done(IntStream.range(0, 3).mapToObj(i -> run.step(0, 0, i)).toList(), picture);
        }
    }

    /// The steps follow the velocity `score(t)`, which is the same in every cell, and the picture is what the decoder makes of where they lead.
    private static void follows(Done done, java.util.function.DoubleUnaryOperator score, int channels) {
        Latents first = done.steps().getFirst().before();
        Latents noise = Catalog.noise("torch").initial(3, channels, first.height(), first.width());
        assertThat(first).isEqualTo(noise);
        double way = 0;
        for (int i = 0; i < 3; i++) {
            StepRecord step = done.steps().get(i);
            double velocity = score.applyAsDouble(step.level().sigma());
            close(step.guided().noise().like(k -> step.guided().noise().at(k) - step.guided().denoised().at(k)), velocity);
            way += velocity * ((i < 2 ? done.steps().get(i + 1).level().sigma() : 0) - step.level().sigma());
        }
        Latents last = done.steps().getLast().after();
        close(last.like(k -> last.at(k) - noise.at(k)), way);
        int unit = done.picture().width() / last.width();
        for (int y = 0; y < last.height(); y++) {
            for (int x = 0; x < last.width(); x++) {
                double value = Math.clamp((last.at(0, y, x) / 0.5 + 0.25) * 0.5 + 0.5, 0, 1) * 255;
                int found = done.picture().toBytes()[(y * unit * done.picture().width() + x * unit) * 3] & 0xff;
                assertThat((double) found).isCloseTo(value, within(1.0));
            }
        }
    }

    @Test
    void stableDiffusion3RunsFromPromptToPixelsWithGuidance() throws InterruptedException {
        Done done = run(TinyTransformer.sd3(folder.resolve("sd3"), true, 0), "cfg(w=2)", "linspace", "euler", 64, 96);
        double score = sd3Score(false, true) + 2 * (sd3Score(true, true) - sd3Score(false, true));
        follows(done, sigma -> score + sigma, 16);
        assertThat(done.steps().getFirst().level().modelTime()).isEqualTo(1000);
    }

    @Test
    void fluxDevRunsFromPromptToPixelsWithTheWeightOfItsPolicy() throws InterruptedException {
        Done done = run(TinyTransformer.flux(folder.resolve("flux"), true, 0, TensorType.FLOAT, 2), "distilled(w=2.5)", "trailing", "euler", 64, 96);
        follows(done, sigma -> fluxScore(true) + 250 + sigma, 16);
        // 4x6 patches: mu on the line through (256, 0.5) and (4096, 1.15); the shares are 1, 2/3, 1/3.
        double mu = 0.5 + (1.15 - 0.5) / (4096 - 256) * (24 - 256);
        for (int i = 0; i < 3; i++) {
            double share = 1 - i / 3.0;
            double sigma = Math.exp(mu) / (Math.exp(mu) + (1 / share - 1));
            assertThat(done.steps().get(i).level().sigma()).isCloseTo(sigma, within(1e-9));
        }
    }

    @Test
    void fluxSchnellRunsWithoutGuidanceAndSaysThatItTakesNone() throws InterruptedException {
        TinyFolder files = TinyTransformer.flux(folder.resolve("quick"), false, 0, TensorType.FLOAT, 2);
        Done done = run(files, "none", "trailing", "euler", 64, 64);
        follows(done, sigma -> fluxScore(true) + sigma, 16);
        assertThat(done.steps()).extracting(step -> Math.round(step.level().sigma() * 3)).containsExactly(3L, 2L, 1L);
        assertThatThrownBy(() -> run(files, "distilled(w=3)", "trailing", "euler", 64, 64))
                .hasMessageContaining("distilled")
                .hasMessageContaining("a denoiser that takes the guidance weight as an input");
        assertThatThrownBy(() -> run(files, "none", "trailing", "euler", 72, 64)).hasMessageContaining("a multiple of 16");
    }

    @Test
    void pixArtRunsFromPromptToPixelsWithGuidance() throws InterruptedException {
        Done done = run(TinyTransformer.pixArt(folder.resolve("pixart"), false, 0, TensorType.INT64), "cfg(w=2)", "trailing", "ddim", 64, 96);
        double words = states(t5(true, 10)) + 6 / 8.0;
        double empty = states(t5(false, 10)) + 1 / 8.0;
        for (StepRecord step : done.steps()) {
            close(step.guided().noise(), empty + 2 * (words - empty) + step.level().modelTime() / 1000);
        }
        assertThat(done.picture().height()).isEqualTo(96);
    }

    @Test
    void sanaRunsFromPromptToPixelsWithGuidance() throws InterruptedException {
        Done done = run(TinyTransformer.sana(folder.resolve("sana"), 0), "cfg(w=2)", "linspace", "euler", 64, 96);
        double words = states(new double[][] {row(11, 1, 6), row(13, 1, 6), row(16, 1, 6), row(0, 1, 6)}) + 6 / 8.0;
        double empty = states(new double[][] {row(11, 1, 6), row(0, 1, 6), row(0, 1, 6), row(0, 1, 6)}) + 1 / 8.0;
        follows(done, sigma -> empty + 2 * (words - empty) + sigma / 2, 32);
    }

    @Test
    void theRefinerIsToldHowBeautifulThePictureIsAndRunsWithItsOnlyTextNetwork() throws InterruptedException {
        TinyFolder files = TinyTransformer.refiner(folder.resolve("refiner"));
        int[] ids = {0, 3, 4, 1, 2};
        double[][] rows = IntStream.of(ids).mapToObj(id -> row(id, 2, 2)).toArray(double[][]::new);
        double sum = IntStream.of(ids).sum();
        double words = states(rows) + pooled(sum, 2 * sum);
        try (ModelPackage model = open(files)) {
            assertThat(model.info().family()).isEqualTo("sdxl-refiner");
            assertThat(model.info().notes()).anyMatch(note -> note.contains("strength of about 0.3"));
            close(ask(model, "a b", 0), 0.5 + words + (32 + 2 * 48 + 5 * 6) / 64.0);
        }
        Done done = run(files, "cfg(w=2)", "trailing", "ddim", 64, 128);
        double size = (128 + 2 * 64) / 64.0;
        double wanted = words + size + 5 * 6 / 64.0;
        double against = size + 5 * 2.5 / 64.0;
        for (StepRecord step : done.steps()) {
            close(step.guided().noise(), against + 2 * (wanted - against) + step.level().modelTime() / 1000);
        }
    }

    @Test
    void theShiftFollowsThePictureSize() {
        try (ModelPackage model = open(TinyTransformer.flux(folder.resolve("flux"), true, 0, TensorType.FLOAT, 2))) {
            NoiseLevel half = Catalog.spacing(Term.of("trailing")).grid(model.schedule(1024, 1024), 2).level(1);
            assertThat(half.sigma()).as("4096 tokens: e^1.15/(e^1.15 + 1)").isCloseTo(Math.exp(1.15) / (Math.exp(1.15) + 1), within(1e-12));
            assertThat(half.modelTime()).isCloseTo(1000 * half.sigma(), within(1e-9));
            NoiseLevel small = Catalog.spacing(Term.of("trailing")).grid(model.schedule(256, 256), 2).level(1);
            assertThat(small.sigma()).as("256 tokens").isCloseTo(Math.exp(0.5) / (Math.exp(0.5) + 1), within(1e-12));
        }
    }

    @Test
    void aPromptMayBeAsLongAsT5Reads() {
        try (ModelPackage model = open(TinyTransformer.flux(folder.resolve("flux"), false, 0, TensorType.FLOAT, 2))) {
            assertThat(model.text().count("a b a").capacity()).isEqualTo(3);
            assertThat(model.text().count("a b a").used()).isEqualTo(3);
            assertThatThrownBy(() -> model.text().encode("a b a b", NEVER)).hasMessageContaining("at most 3 tokens");
        }
    }

    @Test
    void pictureSizesAreThoseTheTransformerWasMadeFor() {
        try (ModelPackage model = open(TinyTransformer.sd3(folder.resolve("sd3"), true, 0))) {
            ModelInfo.Sizes sizes = model.info().sizes();
            assertThat(sizes.multipleOf()).isEqualTo(16);
            assertThat(model.info().defaults().steps()).isEqualTo(28);
            assertThat(model.info().defaults().policy()).isEqualTo("cfg(w=5)");
            assertThat(model.info().defaults().spacing()).isEqualTo("linspace");
        }
    }
}
