package org.lodestar.engine.internal.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.guidance.Branches;
import org.lodestar.engine.guidance.GuidanceOutcome;
import org.lodestar.engine.guidance.PolicyStack;
import org.lodestar.engine.guidance.PolicyState;
import org.lodestar.engine.guidance.StepContext;
import org.lodestar.engine.guidance.Wording;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.model.CountingDenoiser;
import org.lodestar.engine.model.Embedding;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.noise.Draw;
import org.lodestar.engine.noise.TorchNoise;
import org.lodestar.engine.noise.TorchStreamNoise;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.ModelLoader;
import org.lodestar.engine.pack.ModelPackage;
import org.lodestar.engine.pack.SchedulerConfig;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.sampler.Sampler;
import org.lodestar.engine.sampler.SamplerState;
import org.lodestar.engine.sampler.Step;
import org.lodestar.engine.schedule.GridSpacing;
import org.lodestar.engine.schedule.NoiseLevel;
import org.lodestar.engine.schedule.StepGrid;
import org.lodestar.engine.testing.Golden;
import org.lodestar.engine.testing.SamplerLoop;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Whole pictures from prompt to pixels over small random-weight models of each family, against the same pipelines in diffusers (`pipelines.json`).
class PipelinesGoldenTest {
    private static final CancelToken NEVER = new CancelToken();
    private static final Map<String, ModelPackage> OPEN = new LinkedHashMap<>();

    @TempDir
    static Path cache;

    record Case(JsonNode json) {
        String text(String name) {
            return json.get(name).asString();
        }

        @Override
        public String toString() {
            return text("model") + " " + text("scheduler") + " " + json.get("scheduler_overrides") + " w=" + json.get("guidance_scale");
        }
    }

    static List<Case> pipelines() {
        List<Case> cases = new ArrayList<>();
        Golden.json("pipelines.json").get("cases").forEach(json -> {
            Case golden = new Case(json);
            if (samplerExists(noise(golden))) {
                cases.add(golden);
            }
        });
        return cases;
    }

    @AfterAll
    static void close() {
        OPEN.values().forEach(ModelPackage::close);
    }

    private static ModelPackage model(String name) {
        return OPEN.computeIfAbsent(
                name, n -> new OrtModelLoader(cache, 1).open(Golden.model(n), DeviceWish.CPU, ModelLoader.LoadListener.SILENT, NEVER));
    }

    /// What the model's own file says, with another class and other settings, as diffusers swaps schedulers.
    private static SchedulerConfig noise(Case golden) {
        ObjectNode config = (ObjectNode) JsonMapper.shared().readTree(Golden.model(golden.text("model")).resolve("scheduler/scheduler_config.json").toFile());
        config.put("_class_name", golden.text("scheduler"));
        golden.json().get("scheduler_overrides").properties().forEach(entry -> config.set(entry.getKey(), entry.getValue()));
        return SchedulerConfig.parse(config);
    }

    private static boolean samplerExists(SchedulerConfig noise) {
        return noise.notes().stream().noneMatch(note -> note.contains("is not available"));
    }

    @Test
    void everyPipelineCanBeFollowed() {
        assertThat(pipelines())
                .hasSizeGreaterThanOrEqualTo(12)
                .anyMatch(golden -> golden.text("scheduler").equals("LCMScheduler"))
                .anyMatch(golden -> golden.json().has("strength"));
    }

    @ParameterizedTest
    @MethodSource("pipelines")
    void follows(Case golden) {
        SchedulerConfig noise = noise(golden);
        ModelPackage model = model(golden.text("model"));
        int planned = golden.json().get("num_inference_steps").asInt();
        int height = golden.json().get("height").asInt() / 8;
        int width = golden.json().get("width").asInt() / 8;
        boolean fromPicture = golden.json().has("strength");
        GridSpacing spacing = Catalog.spacing(noise.spacing());
        StepGrid grid = fromPicture
                ? spacing.gridFrom(noise.schedule(), planned, golden.json().get("strength").asDouble())
                : spacing.grid(noise.schedule(), planned);
        int steps = grid.steps();
        Latents start = fromPicture
                ? fromPicture(model, golden, grid.level(0))
                : LatentOps.scale(grid.initialScale(), new TorchNoise().initial(golden.json().get("seed").asLong(), 4, height, width));
        Sampler sampler = Catalog.sampler(noise.sampler());
        Asking asking = new Asking(model, golden, grid);

        SamplerState state = SamplerState.start(start);
        JsonNode expected = golden.json().get("latents");
        boolean karrasForm = golden.text("scheduler").startsWith("Euler") || golden.text("scheduler").startsWith("Heun");
        for (int step = 0; step < steps; step++) {
            state = asking.step(sampler, step, state);
            int index = recorded(expected.size(), steps, step);
            NoiseLevel level = grid.level(step + 1);
            Latents theirs = state(expected.get(index).asString(), 4, height, width);
            Latents ours = karrasForm ? LatentOps.scale(1 / level.alpha(), state.x()) : state.x();
            double difference = LatentOps.norm(LatentOps.subtract(ours, theirs)) / Math.sqrt(theirs.size());
            assertThat(difference / LatentOps.std(theirs, 0)).as("after step %d", step).isLessThan(1e-3);
        }

        Rgb picture = model.codec().decode(state.x(), NEVER);
        FloatBuffer pixels = floats(golden.text("image"));
        for (int k = 0; k < 3; k++) {
            for (int y = 0; y < picture.height(); y++) {
                for (int x = 0; x < picture.width(); x++) {
                    double theirs = pixels.get((k * picture.height() + y) * picture.width() + x) * 255;
                    assertThat((double) picture.at(x, y, k)).isCloseTo(theirs, within(2.0));
                }
            }
        }
    }

    /// The encoder's noise is the seed's first tensor, that of the state the second.
    private static Latents fromPicture(ModelPackage model, Case golden, NoiseLevel level) {
        int side = golden.json().get("height").asInt();
        long seed = golden.json().get("seed").asLong();
        Latents source = state(golden.text("source_image"), 3, side, side);
        Latents z = model.codec().posterior(LatentOps.map(source, v -> 2 * v - 1), NEVER).sample(new TorchNoise().opening(seed, 0, 4, side / 8, side / 8));
        return LatentOps.combine(level.alpha(), z, level.sigma(), new TorchNoise().opening(seed, 1, 4, side / 8, side / 8));
    }

    /// Which recorded state follows `step`: one per network call, and some samplers call twice in the first step (PNDM) or in every step but the last (Heun).
    private static int recorded(int states, int steps, int step) {
        int extra = states - steps;
        return step + Math.min(extra, extra == 1 ? 1 : step + 1);
    }

    /// A model asked under a policy.
    private static final class Asking {
        private final ModelPackage model;
        private final StepGrid grid;
        private final long seed;
        private final PolicyStack stack;
        private final Branches branches;
        private PolicyState memory;

        Asking(ModelPackage model, Case golden, StepGrid grid) {
            this.model = model;
            this.grid = grid;
            this.seed = golden.json().get("seed").asLong();
            double w = golden.json().get("guidance_scale").asDouble();
            boolean distilled = golden.text("model").contains("lcm");
            String policy = distilled || w <= 1 ? "none" : "cfg(w=" + w + ")";
            if (golden.json().has("guidance_rescale")) {
                policy += " + rescale(phi=" + golden.json().get("guidance_rescale").asDouble() + ")";
            }
            this.stack = Catalog.policy(Term.parseStack(policy));
            this.memory = stack.begin();
            Conditioning prompt = model.text().encode(golden.text("prompt"), NEVER);
            if (distilled) {
                Map<String, Embedding> tensors = new LinkedHashMap<>(prompt.tensors());
                tensors.put(Conditioning.GUIDANCE, new Embedding(new int[] {1}, new float[] {(float) w}));
                prompt = new Conditioning(prompt.text(), tensors);
            }
            JsonNode negative = golden.json().get("negative_prompt");
            Conditioning base = model.text().encode(negative.isString() ? negative.asString() : "", NEVER);
            this.branches = new Two(Branch.main("cond", prompt), Branch.main("base", base));
        }

        SamplerState step(Sampler sampler, int index, SamplerState state) {
            Step step = new Step(index, grid);
            List<GuidanceOutcome> outcomes = new ArrayList<>();
            SamplerLoop loop = new SamplerLoop(
                    new CountingDenoiser(model.denoiser()),
                    (x, level) -> stack.evaluate(new StepContext(index, outcomes.size(), grid, level, x, model.parameterization(), branches, 1, _ -> noNoise()), memory).map(outcome -> {
                        outcomes.add(outcome);
                        return outcome.guided();
                    }),
                    drawing -> k -> new TorchStreamNoise().draw(seed, new Draw(drawing, k, 1 + drawing + k), 4, state.x().height(), state.x().width()));
            SamplerState next = loop.step(sampler, step, state);
            memory = outcomes.getFirst().next();
            return next;
        }

        private static Latents noNoise() {
            throw new AssertionError("guidance drew noise");
        }
    }

    private record Two(Branch cond, Branch base) implements Branches {
        @Override
        public Wording wording() {
            return new Wording(cond.conditioning().text(), base.conditioning().text(), List.of());
        }

        @Override
        public Branch empty() {
            return base;
        }

        @Override
        public boolean hasNegative() {
            return !base.conditioning().text().isEmpty();
        }

        @Override
        public Branch prompt(String text) {
            throw new AssertionError(text);
        }
    }

    private static FloatBuffer floats(String base64) {
        return ByteBuffer.wrap(Base64.getDecoder().decode(base64)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    }

    private static Latents state(String base64, int channels, int height, int width) {
        return Latents.read(channels, height, width, floats(base64));
    }

    @Test
    void noTextIsZeroWhereThePackSaysSoAndTheEmptyTextElsewhere() {
        Conditioning none = model("tiny-sdxl").text().none(NEVER);
        Conditioning empty = model("tiny-sdxl").text().encode("", NEVER);

        assertThat(none.tensors().keySet()).isEqualTo(empty.tensors().keySet());
        none.tensors().forEach((name, zeros) -> {
            assertThat(zeros.toArray()).as(name).containsOnly(0);
            assertThat(empty.tensors().get(name)).isNotEqualTo(zeros);
        });
        assertThat(model("tiny-sd").text().none(NEVER)).isEqualTo(model("tiny-sd").text().encode("", NEVER));
    }

    @Test
    void theGuidanceWeightBecomesWavesAsLatentConsistencyModelsLearnedIt() {
        // sin and cos of 1000*w*10000^(-i/3) for i = 0..3, w = 7
        Embedding waves = DenoiserInputs.waves(7, 8);

        for (int i = 0; i < 4; i++) {
            double angle = 7000 * Math.pow(10000, -i / 3.0);
            assertThat((double) waves.at(i)).isCloseTo(Math.sin(angle), within(1e-4));
            assertThat((double) waves.at(4 + i)).isCloseTo(Math.cos(angle), within(1e-4));
        }
    }

    @Test
    void theNetworkIsAskedTheSameAloneAndInCompany() {
        for (String name : List.of("tiny-sd", "tiny-sd2-v", "tiny-sdxl", "tiny-lcm")) {
            ModelPackage model = model(name);
            Latents x = new TorchNoise().initial(1, 4, 8, 8);
            NoiseLevel level = model.schedule().at(500);
            List<Query> queries = List.of(
                    new Query(Branch.main("a", model.text().encode("a cat", NEVER)), x, level), new Query(Branch.main("b", model.text().encode("", NEVER)), x, level));
            OrtDenoiser denoiser = (OrtDenoiser) model.denoiser();

            Latents together = denoiser.with(CallLayout.TOGETHER).predict(queries, NEVER).getFirst().noise();
            Latents alone = denoiser.with(CallLayout.EACH).predict(queries, NEVER).getFirst().noise();

            assertThat(LatentOps.norm(LatentOps.subtract(together, alone))).as(name).isLessThan(1e-4 * LatentOps.norm(alone));
        }
    }
}
