package org.lodestar.engine.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.GuidedDenoiser;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.pack.SchedulerConfig;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.schedule.FlowSchedule;
import org.lodestar.engine.schedule.NoiseLevel;
import org.lodestar.engine.schedule.NoiseSchedule;
import org.lodestar.engine.schedule.StepGrid;
import org.lodestar.engine.schedule.VeSchedule;
import org.lodestar.engine.testing.Golden;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Runs every recorded scheduler of `samplers.json` again, feeding the recorded network outputs, and compares times, noise levels, network inputs and states.
///
/// Recorded states of the classes that work in variance-exploding notation are `x/alpha` of ours.
class SamplersGoldenTest {

    private static final double STATE_TOLERANCE = 2e-4;
    private static final double LEVEL_TOLERANCE = 1e-6;

    /// Classes whose states are `x/alpha`.
    private static final Set<String> RATIO_NOTATION = Set.of(
            "EulerDiscreteScheduler",
            "EulerAncestralDiscreteScheduler",
            "HeunDiscreteScheduler",
            "LMSDiscreteScheduler",
            "KDPM2DiscreteScheduler",
            "KDPM2AncestralDiscreteScheduler",
            "EDMEulerScheduler",
            "EDMDPMSolverMultistepScheduler");

    /// Classes that step from a time `t` to `t - floor(T/n)`, whatever the next time in their list is.
    private static final Set<String> FIXED_STRIDE = Set.of("DDIMScheduler", "DDPMScheduler", "PNDMScheduler");

    /// Classes that round the times they feed the network after their noise levels have been chosen: all of them, or those of Karras steps.
    private static final Set<String> WHOLE_TIMES =
            Set.of(
            "DPMSolverMultistepScheduler",
            "DPMSolverSinglestepScheduler",
            "UniPCMultistepScheduler",
            "DEISMultistepScheduler",
            "KDPM2DiscreteScheduler",
            "KDPM2AncestralDiscreteScheduler");

    @Test
    void thereAreCasesToRun() {
        assertThat(cases()).hasSizeGreaterThanOrEqualTo(40);
    }

    @TestFactory
    Stream<DynamicTest> followsTheRecordedTrajectory() {
        return cases().stream()
                .map(recorded -> DynamicTest.dynamicTest(recorded.title(), () -> replay(recorded)));
    }

    private static List<Case> cases() {
        List<JsonNode> nodes = new ArrayList<>(Golden.json("samplers.json").get("cases").values());
        return IntStream.range(0, nodes.size()).mapToObj(i -> new Case(i, nodes.get(i))).toList();
    }

    private static void replay(Case recorded) {
        StepGrid grid = recorded.grid();
        checkLevels(recorded, grid);
        Recording recording = new Recording(recorded);
        Sampler sampler = Catalog.sampler(recorded.sampler());
        SamplerState state = SamplerState.start(recorded.fromRecorded(recorded.vector("initial"), grid.level(0)));
        for (int i = 0; i < grid.steps(); i++) {
            Step step = recorded.step(grid, i);
            state = recording.play(sampler, step, state);
            Latents expected = recorded.fromRecorded(Golden.vector(recorded.node.get("trajectory").get(recording.calls - 1)), step.next());
            assertClose("state after step " + i, state.x(), expected);
        }
        assertThat(recording.calls).as("network calls").isEqualTo(recorded.node.get("model_outputs").size());
        assertThat(recording.noise.hasNext() && !recorded.drawsAtTheEnd()).as("noise left over").isFalse();
    }

    private static void checkLevels(Case recorded, StepGrid grid) {
        if (recorded.node.get("sigmas").isNull()) {
            return;
        }
        List<Double> expected = Golden.doubles(recorded.node.get("sigmas")).stream().distinct().toList();
        List<Double> found = grid.levels().stream().map(recorded::amount).toList();
        assertThat(found).as("noise levels").hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(found.get(i)).as("noise level %d", i).isCloseTo(expected.get(i), within(LEVEL_TOLERANCE * expected.get(i)));
        }
    }

    private static void assertClose(String what, Latents found, Latents expected) {
        double largest = 0;
        for (int i = 0; i < expected.size(); i++) {
            largest = Math.max(largest, Math.abs(expected.at(i)));
        }
        for (int i = 0; i < expected.size(); i++) {
            assertThat((double) found.at(i)).as("%s, entry %d", what, i).isCloseTo(expected.at(i), within(STATE_TOLERANCE * largest));
        }
    }

    /// Answers with the recorded outputs and noise, in their order, and checks what is asked.
    private static final class Recording {
        private final Case recorded;
        private final Iterator<Latents> noise;
        private int calls;

        Recording(Case recorded) {
            this.recorded = recorded;
            this.noise = recorded.node.get("noise").values().stream().map(Golden::vector).iterator();
        }

        SamplerState play(Sampler sampler, Step step, SamplerState state) {
            GuidedDenoiser denoiser = (x, level) -> Evaluation.done(answer(x, level));
            return ((Evaluation.Done<SamplerState>) sampler.step(step, state, denoiser, k -> noise.next())).value();
        }

        private Prediction answer(Latents x, NoiseLevel level) {
            JsonNode time = recorded.node.get("timesteps").get(calls);
            recorded.checkTime(calls, level.modelTime(), time.doubleValue());
            Latents input = Golden.vector(recorded.node.get("scaled_inputs").get(calls));
            assertClose("network input " + calls, recorded.isPreconditioned() ? recorded.scaleInput(x, level) : x, input);
            Latents raw = Golden.vector(recorded.node.get("model_outputs").get(calls));
            calls++;
            return recorded.toPrediction(raw, x, level);
        }
    }

    /// One recorded run.
    private record Case(int index, JsonNode node) {

        String scheduler() {
            return node.get("scheduler").stringValue();
        }

        int steps() {
            return node.get("steps").asInt();
        }

        JsonNode config() {
            return node.get("config");
        }

        String title() {
            return index + " " + scheduler() + " " + steps() + " " + config();
        }

        boolean isPreconditioned() {
            return scheduler().startsWith("EDM");
        }

        boolean drawsAtTheEnd() {
            // These are handed noise in the last step too, where it is multiplied with (almost) 0.
            return scheduler().equals("EulerAncestralDiscreteScheduler") || scheduler().equals("DDPMScheduler") || config().path("algorithm_type").asString("").startsWith("sde");
        }

        SchedulerConfig read() {
            return readAs(scheduler());
        }

        private SchedulerConfig readAs(String className) {
            ObjectNode file = ((ObjectNode) config()).deepCopy();
            file.put("_class_name", className);
            return SchedulerConfig.parse(file);
        }

        NoiseSchedule schedule() {
            if (isPreconditioned()) {
                return new VeSchedule(config().get("sigma_min").doubleValue(), config().get("sigma_max").doubleValue());
            }
            JsonNode mu = node.get("set_timesteps").path("mu");
            if (!mu.isNumber()) {
                return read().schedule();
            }
            boolean linear = read().dynamicShift().orElseThrow().linear();
            return FlowSchedule.dynamic(linear ? Math.log(mu.doubleValue()) : mu.doubleValue());
        }

        Term sampler() {
            return switch (scheduler()) {
                case "EDMEulerScheduler" -> Term.of("euler");
                case "EDMDPMSolverMultistepScheduler" -> readAs("DPMSolverMultistepScheduler").sampler();
                default -> read().sampler();
            };
        }

        StepGrid grid() {
            Term spacing = isPreconditioned() ? Term.of(config().path("sigma_schedule").asString("karras")) : read().spacing();
            if (read().dynamicShift().isPresent()) {
                // The recording handed no noise levels in, unlike the pipelines for which trailing is suggested.
                spacing = Term.of("linspace");
            }
            return Catalog.spacing(spacing).grid(schedule(), steps());
        }

        Step step(StepGrid grid, int i) {
            if (!FIXED_STRIDE.contains(scheduler())) {
                return new Step(i, grid);
            }
            NoiseSchedule schedule = schedule();
            int stride = schedule.trainedTimes() / steps();
            double time = grid.level(i).modelTime() - stride;
            return new Step(0, StepGrid.of(schedule, List.of(grid.level(i), time < 0 ? schedule.clean() : schedule.at(time))));
        }

        Latents vector(String field) {
            return Golden.vector(node.get(field));
        }

        /// A recorded state at `level`, in our notation.
        Latents fromRecorded(Latents recorded, NoiseLevel level) {
            return RATIO_NOTATION.contains(scheduler()) ? LatentOps.scale(level.alpha(), recorded) : recorded;
        }

        /// What the recording calls sigma.
        double amount(NoiseLevel level) {
            return scheduler().startsWith("FlowMatch") ? level.sigma() : level.karrasSigma();
        }

        Latents scaleInput(Latents x, NoiseLevel level) {
            return LatentOps.scale(1 / Math.sqrt(level.sigma() * level.sigma() + sigmaData() * sigmaData()), x);
        }

        /// The estimate that the recorded output stands for.
        Prediction toPrediction(Latents raw, Latents x, NoiseLevel level) {
            if (!isPreconditioned()) {
                return read().parameterization().toPrediction(raw, x, level);
            }
            double d2 = sigmaData() * sigmaData();
            double s = level.sigma();
            double sum = s * s + d2;
            double sign = config().path("prediction_type").asString("epsilon").equals("v_prediction") ? -1 : 1;
            Latents denoised = LatentOps.combine(d2 / sum, x, sign * s * sigmaData() / Math.sqrt(sum), raw);
            return new Prediction(denoised, LatentOps.combine(1 / s, x, -1 / s, denoised));
        }

        private double sigmaData() {
            return config().get("sigma_data").doubleValue();
        }

        void checkTime(int call, double found, double expected) {
            boolean byNoise = config().path("use_karras_sigmas").asBoolean(false)
                    || config().path("use_exponential_sigmas").asBoolean(false)
                    || config().path("use_beta_sigmas").asBoolean(false);
            if (byNoise && WHOLE_TIMES.contains(scheduler())) {
                // Fractional times of ours, rounded (Karras) or cut off (others, after a rounding error in 32 bits) by the recorded class.
                assertThat(expected).as("time %d", call).isCloseTo(found, within(1.0));
            } else {
                // A time that was found from a noise level has that level's rounding error, several millionths of a time unit near the clean end.
                assertThat(found).as("time %d", call).isCloseTo(expected, within(LEVEL_TOLERANCE * Math.max(10, Math.abs(expected))));
            }
        }
    }
}
