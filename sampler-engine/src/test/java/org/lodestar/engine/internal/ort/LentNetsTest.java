package org.lodestar.engine.internal.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lodestar.engine.Engine;
import org.lodestar.engine.EngineOptions;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.Lent;
import org.lodestar.engine.pack.MemoryNeed;
import org.lodestar.engine.pack.ModelChoice;
import org.lodestar.engine.pack.ModelFolder;
import org.lodestar.engine.pack.ModelLoader;
import org.lodestar.engine.pack.ModelPackage;
import org.lodestar.engine.pack.SchedulerConfig;
import org.lodestar.engine.pack.TensorType;
import org.lodestar.engine.schedule.NoiseLevel;
import org.lodestar.engine.testing.OnnxGraph;
import org.lodestar.engine.testing.TinyFolder;

/// Denoisers of other model folders beside the model's own.
class LentNetsTest {
    private static final CancelToken NEVER = new CancelToken();
    private static final Latents X = Latents.zeros(4, 4, 4).like(i -> 0.1 * i - 2);
    private static final String SCHEDULER = "scheduler/scheduler_config.json";

    @TempDir
    Path folder;

    @TempDir
    static Path cache;

    /// `out_sample = timestep + share*sample`
    private static OnnxGraph telling(float share) {
        return new OnnxGraph()
                .input("sample", TensorType.FLOAT, "batch", 4, "height", "width")
                .input("timestep", TensorType.FLOAT)
                .input("encoder_hidden_states", TensorType.FLOAT, "batch", "sequence", 8)
                .output("out_sample", TensorType.FLOAT, "batch", 4, "height", "width")
                .weight("share", new long[] {1}, share)
                .node("Mul", List.of("sample", "share"), List.of("part"), Map.of())
                .node("Add", List.of("part", "timestep"), List.of("out_sample"), Map.of());
    }

    private TinyFolder model(String name, float share) {
        TinyFolder files = TinyFolder.write(folder.resolve(name));
        telling(share).write(files.file("unet/model.onnx"));
        return files;
    }

    private static ModelPackage open(TinyFolder main, Branch.Net role, TinyFolder other) {
        return new OrtModelLoader(cache, 1).open(main.root(), List.of(Lent.by(other.root().toString(), role)), DeviceWish.CPU, ModelLoader.LoadListener.SILENT, NEVER);
    }

    private static Prediction ask(ModelPackage model, Branch.Net net, NoiseLevel level) {
        Branch branch = Branch.main("cond", model.text().encode("red apple", NEVER)).to(net);
        return model.denoiser().predict(List.of(new Query(branch, X, level)), NEVER).getFirst();
    }

    @Test
    void aLentNetAnswersAsTheSameNetInTheModelsOwnFolder() {
        TinyFolder weak = model("weak", 0.3f);
        TinyFolder own = model("own", 0.5f);
        telling(0.3f).write(own.file("weak/unet/model.onnx"));
        try (ModelPackage lent = open(model("main", 0.5f), Branch.Net.WEAK, weak);
                ModelPackage inside = new OrtModelLoader(cache, 1).open(own.root(), DeviceWish.CPU, ModelLoader.LoadListener.SILENT, NEVER)) {
            for (double time : new double[] {0, 417.3, 999}) {
                NoiseLevel level = lent.schedule().at(time);
                assertThat(ask(lent, Branch.Net.WEAK, level)).isEqualTo(ask(inside, Branch.Net.WEAK, level)).isNotEqualTo(ask(lent, Branch.Net.MAIN, level));
            }
            assertThat(lent.info().lent()).singleElement().satisfies(net -> assertThat(net.hash()).matches("[0-9a-f]{64}"));
            assertThat(lent.info().contentHash()).as("the model stays itself").isNotEqualTo(lent.info().lent().getFirst().hash());
            assertThat(lent.info().notes()).anySatisfy(note -> assertThat(note).contains("is the denoiser of " + weak.root()));
        }
    }

    @Test
    void aLenderThatDoesNotFitLeavesTheLoadedModelLoaded() throws IOException {
        TinyFolder main = model("main", 0.5f);
        Path empty = Files.createDirectories(folder.resolve("empty"));
        List<String> phases = new ArrayList<>();
        try (Engine engine = Engine.open(new EngineOptions(main.root(), cache, 1), new OrtModelLoader(cache, 1))) {
            engine.preload(ModelChoice.STARTER, DeviceWish.CPU).join();
            ModelChoice choice = ModelChoice.of(ModelChoice.STARTER).borrowing(Lent.by(empty.toString(), Branch.Net.WEAK));
            assertThatThrownBy(() -> engine.load(choice, DeviceWish.CPU, (phase, share) -> phases.add(phase), NEVER).join()).hasCauseInstanceOf(EngineException.ModelProblem.class);
            engine.load(ModelChoice.of(ModelChoice.STARTER), DeviceWish.CPU, (phase, share) -> phases.add(phase), NEVER).join();
            assertThat(phases).as("nothing had to be loaded").isEmpty();
        }
    }

    @Test
    void aLentNetGoesBeforeOneOfTheModelsOwn() {
        TinyFolder main = model("main", 0.5f);
        telling(0.9f).write(main.file("weak/unet/model.onnx"));
        try (ModelPackage lent = open(main, Branch.Net.WEAK, model("weak", 0.3f))) {
            NoiseLevel level = lent.schedule().at(400);
            Latents raw = lent.parameterization().fromPrediction(ask(lent, Branch.Net.WEAK, level), X, level);
            assertThat((double) raw.at(0)).isEqualTo(400 + 0.3 * X.at(0), within(1e-3));
        }
    }

    @Test
    void aWeakNetOfAnotherKindIsAskedAboutTheSameNoiseInItsOwnTerms() {
        for (String scheduler : List.of(
                "{\"_class_name\": \"DDIMScheduler\", \"beta_schedule\": \"scaled_linear\", \"beta_end\": 0.012, \"prediction_type\": \"epsilon\"}",
                "{\"_class_name\": \"DDIMScheduler\", \"beta_schedule\": \"linear\", \"prediction_type\": \"sample\"}",
                "{\"_class_name\": \"FlowMatchEulerDiscreteScheduler\", \"shift\": 3.0}")) {
            TinyFolder weak = model("weak", 0);
            weak.text(SCHEDULER, scheduler);
            SchedulerConfig taught = SchedulerConfig.read(weak.file(SCHEDULER));
            try (ModelPackage lent = open(model("main", 0.5f), Branch.Net.WEAK, weak)) {
                NoiseLevel level = lent.schedule().at(600);
                NoiseLevel there = taught.schedule().atKarrasSigma(level.karrasSigma());
                Prediction answer = ask(lent, Branch.Net.WEAK, level);
                double scale = there.alpha() / level.alpha();
                Latents asked = X.like(i -> scale * X.at(i));
                Latents told = X.like(i -> there.modelTime());
                Latents wanted = taught.parameterization().toPrediction(told, asked, there).denoised();
                for (int i = 0; i < X.size(); i++) {
                    assertThat((double) answer.denoised().at(i)).as(scheduler).isEqualTo(wanted.at(i), within(1e-4 * Math.abs(wanted.at(i)) + 1e-4));
                    assertThat(level.alpha() * answer.denoised().at(i) + level.sigma() * answer.noise().at(i)).isEqualTo(X.at(i), within(1e-3));
                }
                assertThat(lent.info().notes()).anySatisfy(note -> assertThat(note).contains("other noise levels"));
            }
        }
    }

    @Test
    void whatDoesNotFitIsRefusedWithTheReason() {
        TinyFolder main = model("main", 0.5f);
        TinyFolder scaled = model("scaled", 0.3f);
        scaled.text("vae_decoder/config.json", "{\"block_out_channels\": [1, 1, 1, 1], \"scaling_factor\": 0.5}");
        refuses(main, Branch.Net.WEAK, scaled, "latents scaled by 1.0");
        TinyFolder coarse = model("coarse", 0.3f);
        coarse.text("vae_decoder/config.json", "{\"block_out_channels\": [1, 1, 1], \"scaling_factor\": 1.0}");
        refuses(main, Branch.Net.WEAK, coarse, "latents of 4 channels at a 8th");
        TinyFolder wide = model("wide", 0.3f);
        wide.textEncoder(16).write(wide.file("text_encoder/model.onnx"));
        wide.denoiser(16).write(wide.file("unet/model.onnx"));
        refuses(main, Branch.Net.WEAK, wide, "text states 8 wide");
        TinyFolder fixed = model("fixed", 0.3f);
        new OnnxGraph()
                .input("sample", TensorType.FLOAT, 1, 4, 16, 16)
                .input("timestep", TensorType.FLOAT)
                .input("encoder_hidden_states", TensorType.FLOAT, "batch", "sequence", 8)
                .output("out_sample", TensorType.FLOAT, 1, 4, 16, 16)
                .node("Identity", List.of("sample"), List.of("out_sample"), Map.of())
                .write(fixed.file("unet/model.onnx"));
        refuses(main, Branch.Net.WEAK, fixed, "only 128x128");
        TinyFolder noise = model("noise", 0.3f);
        noise.text(SCHEDULER, "{\"_class_name\": \"DDIMScheduler\", \"beta_schedule\": \"linear\", \"prediction_type\": \"epsilon\"}");
        refuses(main, Branch.Net.SECOND, noise, "a net that puts out v, as the main one", "the noise levels that the main model was taught", "--weak");
        TinyFolder broken = model("broken", 0.3f);
        broken.cut("unet/model.onnx", 40);
        refuses(main, Branch.Net.WEAK, broken, "broken, unet/model.onnx");
    }

    private static void refuses(TinyFolder main, Branch.Net role, TinyFolder other, String... reasons) {
        assertThatThrownBy(() -> open(main, role, other)).isInstanceOf(EngineException.ModelProblem.class).satisfies(refusal -> assertThat(refusal.getMessage()).contains(reasons).contains(other.root().toString()));
    }

    @Test
    void weightsOfTwoFoldersAreMixed() {
        try (ModelPackage model = open(model("main", 0.5f), Branch.Net.SECOND, model("second", 0.1f))) {
            assertThat(model.denoiser().nets()).contains(Branch.Net.SECOND, Branch.Net.MIXED);
            NoiseLevel level = model.schedule().at(10);
            Branch branch = Branch.main("cond", model.text().encode("red", NEVER).with(Conditioning.SHARE, 0.25)).to(Branch.Net.MIXED);
            Prediction mixed = model.denoiser().predict(List.of(new Query(branch, X, level)), NEVER).getFirst();
            assertThat((double) model.parameterization().fromPrediction(mixed, X, level).at(3)).isEqualTo(10 + 0.4 * X.at(3), within(1e-4));
        }
    }

    @Test
    void itCountsInTheMemoryThatIsNeeded() {
        ModelFolder.Contents alone = Objects.requireNonNull(ModelFolder.inspect(model("main", 0.5f).root()).contents());
        ModelFolder.Contents both = alone.borrowing(Branch.Net.WEAK, model("weak", 0.3f).root());
        long more = Objects.requireNonNull(both.denoisers().get(Branch.Net.WEAK)).part().bytes();
        assertThat(MemoryNeed.of(both).total()).isEqualTo(MemoryNeed.of(alone).total() + more);
        assertThat(MemoryNeed.of(both).inTurn()).isEqualTo(MemoryNeed.of(alone).inTurn() + more);
    }
}
