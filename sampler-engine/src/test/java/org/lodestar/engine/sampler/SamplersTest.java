package org.lodestar.engine.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lodestar.engine.analytic.GaussianDenoiser;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Denoiser;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.GuidedDenoiser;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.schedule.NoiseLevel;
import org.lodestar.engine.schedule.NoiseSchedule;
import org.lodestar.engine.schedule.StepGrid;
import org.lodestar.engine.testing.Oracles;
import org.lodestar.engine.testing.SamplerLoop;

/// What holds for every sampler of the catalogue.
class SamplersTest {

    static Stream<SamplerType> samplers() {
        return Catalog.samplers().stream();
    }

    /// Those that follow the probability-flow ODE once their noise is turned off.
    static Stream<SamplerType> solvers() {
        return samplers().filter(type -> type.order() > 0 && (!type.stochastic() || noiseParameter(type).isPresent()));
    }

    static Stream<Arguments> samplersAndSchedules() {
        return on(samplers(), Oracles.schedules());
    }

    static Stream<Arguments> solversAndSchedules() {
        return on(solvers(), Oracles.schedules());
    }

    static Stream<Arguments> firstOrderSolversAndSchedules() {
        return on(solvers().filter(type -> type.order() == 1), Oracles.schedules());
    }

    /// All but those that jump past their goal by design, for networks whose estimates are not posterior means.
    static Stream<Arguments> faithfulSamplersAndSchedules() {
        return on(samplers().filter(type -> !List.of("lcm", "tcd").contains(type.descriptor().id())), Oracles.schedules());
    }

    static Stream<Arguments> samplersAndEnds() {
        return on(samplers(), Stream.concat(Oracles.schedules().stream(), Stream.of(Oracles.vp().endingAtFirstLevel())).toList());
    }

    private static Stream<Arguments> on(Stream<SamplerType> types, List<NoiseSchedule> schedules) {
        return types.flatMap(type -> schedules.stream().map(schedule -> Arguments.argumentSet(title(type, schedule), type, schedule)));
    }

    private static String title(SamplerType type, NoiseSchedule schedule) {
        return type.descriptor().id() + " on " + schedule.getClass().getSimpleName() + (schedule.at(schedule.maxTime()).alpha() == 0 ? " from pure noise" : "");
    }

    private static Sampler withFallbacks(SamplerType type) {
        return type.create().apply(type.descriptor().check(Map.of()));
    }

    /// The sampler without fresh noise.
    private static Sampler deterministic(SamplerType type) {
        Map<String, Integer> silent = noiseParameter(type).map(name -> Map.of(name, 0)).orElse(Map.of());
        return type.create().apply(type.descriptor().check(silent));
    }

    private static Optional<String> noiseParameter(SamplerType type) {
        return type.descriptor().parameters().stream().map(ParameterSpec::name).filter(List.of("eta", "churn")::contains).findFirst();
    }

    @ParameterizedTest
    @MethodSource("solversAndSchedules")
    void convergesWithItsOrderToTheExactPathOfAGaussian(SamplerType type, NoiseSchedule schedule) {
        assertOrder(type, schedule, Oracles.GAUSSIAN, (x, from, to) -> Oracles.GAUSSIAN.flow("cond", x, from, to));
    }

    @ParameterizedTest
    @MethodSource("solversAndSchedules")
    void convergesWithItsOrderOnAMixture(SamplerType type, NoiseSchedule schedule) {
        assertOrder(type, schedule, Oracles.MIXTURE, Oracles::mixtureFlow);
    }

    /// Where the ODE takes a state.
    private interface Flow {
        Latents along(Latents x, NoiseLevel from, NoiseLevel to);
    }

    /// Starts far from the mean have larger errors relative to their rounding errors.
    private static final double FAR_OUT = 64;

    /// Halving the steps' length divides the error by two to the power of the order. States are 32-bit, so errors of a few millionths say nothing; several states are
    /// followed so that their rounding errors level out.
    private static void assertOrder(SamplerType type, NoiseSchedule schedule, Denoiser denoiser, Flow flow) {
        List<Double> logErrors = new ArrayList<>();
        for (int steps = 14; steps <= 112; steps *= 2) {
            double error = error(deterministic(type), Oracles.piece(schedule, 8, 0.15, steps), steps, denoiser, flow);
            if (error < 2e-6 && logErrors.size() >= 2) {
                break;
            }
            logErrors.add(Math.log(error) / Math.log(2));
        }
        double slope = logErrors.get(logErrors.size() - 2) - logErrors.getLast();
        assertThat(slope).as("order of convergence, log2 of errors %s", logErrors).isGreaterThan(type.order() - 0.2);
    }

    private static double error(Sampler sampler, StepGrid grid, int steps, Denoiser denoiser, Flow flow) {
        double squares = 0;
        double size = 0;
        for (int seed = 1; seed <= 8; seed++) {
            Latents start = LatentOps.scale(grid.level(0).alpha() * FAR_OUT, Oracles.start(seed, new NoiseLevel(0, 0, 1)));
            Latents exact = flow.along(start, grid.level(0), grid.level(steps));
            Latents end = endAfterExactBeginning(sampler, grid, steps, start, SamplerLoop.over(denoiser), flow);
            squares += LatentOps.squaredNorm(LatentOps.subtract(end, exact));
            size += LatentOps.squaredNorm(exact);
        }
        return Math.sqrt(squares / size);
    }

    /// The state after `steps` steps of a run whose first three arrive exactly, since a multistep method begins with a lower order than it has later. For the same reason the grid has two
    /// steps more, which are not taken.
    private static Latents endAfterExactBeginning(Sampler sampler, StepGrid grid, int steps, Latents start, SamplerLoop loop, Flow flow) {
        SamplerState state = SamplerState.start(start);
        for (int i = 0; i < steps; i++) {
            SamplerState next = loop.step(sampler, new Step(i, grid), state);
            state = i < 3 ? new SamplerState(flow.along(state.x(), grid.level(i), grid.level(i + 1)), next.history()) : next;
        }
        return state.x();
    }

    @ParameterizedTest
    @MethodSource("samplersAndEnds")
    void reachesTheCleanSampleInFewOrManySteps(SamplerType type, NoiseSchedule schedule) {
        for (String spacing : List.of("trailing", "leading", "linspace", "karras", "exponential", "beta")) {
            for (int steps : new int[] {1, 2, 3, 12}) {
                StepGrid grid = Catalog.spacing(Term.of(spacing)).grid(schedule, steps);
                Latents start = LatentOps.scale(grid.initialScale(), Oracles.start(3, new NoiseLevel(0, 0, 1)));
                SamplerLoop loop = SamplerLoop.over(Oracles.MIXTURE, Oracles.noise(5));
                Latents end = loop.end(withFallbacks(type), grid, start);
                assertThat(LatentOps.isFinite(end)).as("%s, %d steps: finite", spacing, steps).isTrue();
                if (steps > 3) {
                    assertThat(LatentOps.norm(end)).as("%s, %d steps: size", spacing, steps).isLessThan(10);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("samplers")
    void takesAsManyEvaluationsAsDeclared(SamplerType type) {
        StepGrid grid = Catalog.spacing(Term.of("trailing")).grid(Oracles.vp(), 9);
        SamplerLoop loop = SamplerLoop.over(Oracles.MIXTURE, Oracles.noise(5));
        SamplerState state = SamplerState.start(Oracles.start(3, grid.level(0)));
        for (int i = 0; i < grid.steps(); i++) {
            long before = loop.denoiser().evaluations();
            Step step = new Step(i, grid);
            state = loop.step(withFallbacks(type), step, state);
            assertThat(loop.denoiser().evaluations() - before)
                    .as("step %d", i)
                    .isEqualTo(i == 0 ? type.evaluationsFirstStep() : step.isLast() ? type.evaluationsLastStep() : type.evaluationsPerStep());
        }
        assertThat(loop.denoiser().evaluations()).isEqualTo(type.evaluations(grid.steps()));
    }

    @ParameterizedTest
    @MethodSource("samplers")
    void givesTheSameTwiceAndLeavesItsInputAlone(SamplerType type) {
        StepGrid grid = Catalog.spacing(Term.of("karras")).grid(Oracles.vp(), 8);
        Latents start = Oracles.start(3, grid.level(0));
        Latents copy = start.like(start::at);
        SamplerLoop loop = SamplerLoop.over(Oracles.MIXTURE, Oracles.noise(5));
        List<SamplerState> once = loop.states(withFallbacks(type), grid, start);
        for (int i = 0; i < grid.steps(); i++) {
            SamplerState again = loop.step(withFallbacks(type), new Step(i, grid), once.get(i));
            assertThat(again.x()).as("state after step %d, reached again from the one before", i).isEqualTo(once.get(i + 1).x());
        }
        assertThat(start).isEqualTo(copy);
    }

    @ParameterizedTest
    @MethodSource("samplers")
    void drawsNoiseOnlyIfItSaysSo(SamplerType type) {
        StepGrid grid = Catalog.spacing(Term.of("trailing")).grid(Oracles.vp(), 6);
        Latents start = Oracles.start(3, grid.level(0));
        boolean differs = !SamplerLoop.over(Oracles.MIXTURE, Oracles.noise(1))
                .end(withFallbacks(type), grid, start)
                .equals(SamplerLoop.over(Oracles.MIXTURE, Oracles.noise(2)).end(withFallbacks(type), grid, start));
        assertThat(differs).isEqualTo(type.stochastic());
    }

    @ParameterizedTest
    @MethodSource("faithfulSamplersAndSchedules")
    void drawsTheRightDistribution(SamplerType type, NoiseSchedule schedule) {
        int size = 64;
        double mean = 0.4;
        double std = 0.5;
        GaussianDenoiser denoiser = new GaussianDenoiser(
                Map.of("cond", new GaussianDenoiser.Gaussian(Collections.nCopies(size * size, mean), std)));
        StepGrid grid = Catalog.spacing(Term.of(schedule.trainedTimes() == 0 ? "karras" : "trailing")).grid(schedule, 60);
        Latents shape = Latents.zeros(1, size, size);
        Random random = new Random(1);
        Latents start = shape.like(i -> grid.initialScale() * random.nextGaussian());
        SamplerLoop loop = SamplerLoop.over(denoiser, step -> k -> {
            Random fresh = new Random(step * 31L + k);
            return shape.like(i -> fresh.nextGaussian());
        });

        Latents end = loop.end(withFallbacks(type), grid, start);

        assertThat(LatentOps.mean(end)).as("mean").isCloseTo(mean, within(0.05));
        assertThat(LatentOps.std(end, 0)).as("deviation").isCloseTo(std, within(0.05));
    }

    @ParameterizedTest
    @MethodSource("samplers")
    void drawsEveryParameterInto(SamplerType type) {
        StepGrid grid = Catalog.spacing(Term.of("trailing")).grid(Oracles.vp(), 10);
        Latents start = Oracles.start(3, grid.level(0));
        // Clean samples around 1.5 as well, for settings that act on large values only.
        GaussianDenoiser bright = new GaussianDenoiser(Map.of("cond", new GaussianDenoiser.Gaussian(Collections.nCopies(start.size(), 1.5), 0.5)));
        Function<Map<String, Object>, List<Latents>> end = settings -> Stream.of(Oracles.MIXTURE, bright)
                .map(denoiser -> SamplerLoop.over(denoiser, Oracles.noise(5)).end(type.create().apply(type.descriptor().check(settings)), grid, start))
                .toList();
        type.descriptor().parameters().forEach(spec -> {
            // Alone, or together with one other setting: some only refine what another one switches on.
            Stream<Map<String, Object>> others = Stream.concat(
                    Stream.of(Map.of()),
                    type.descriptor().parameters().stream()
                            .filter(other -> !other.equals(spec))
                            .flatMap(other -> otherValues(other).stream().map(value -> Map.<String, Object>of(other.name(), value))));
            boolean acts = others.anyMatch(other -> otherValues(spec).stream().anyMatch(value -> {
                Map<String, Object> settings = new HashMap<>(other);
                settings.put(spec.name(), value);
                return !end.apply(settings).equals(end.apply(other));
            }));
            assertThat(acts).as("parameter %s changes the result somewhere", spec.name()).isTrue();
        });
    }

    private static List<?> otherValues(ParameterSpec spec) {
        return switch (spec) {
            case ParameterSpec.Real real -> List.of(real.min(), real.whole() ? real.max() : real.min() + 0.01 * (real.max() - real.min()), real.max());
            case ParameterSpec.Choice choice -> choice.options();
            case ParameterSpec.Flag flag -> List.of(!flag.preset());
            case ParameterSpec.Text text -> List.of(text.preset() + " ");
        };
    }

    @ParameterizedTest
    @MethodSource("firstOrderSolversAndSchedules")
    void firstOrderStepsMoveAlongTheGivenNoiseDirection(SamplerType type, NoiseSchedule schedule) {
        StepGrid grid = Catalog.spacing(Term.of("trailing")).grid(schedule, 5);
        Latents x = Oracles.start(3, grid.level(2));
        Latents denoised = Oracles.start(4, new NoiseLevel(0, 0, 1));
        Latents direction = Oracles.start(5, new NoiseLevel(0, 0, 1));
        GuidedDenoiser guided = (state, level) -> Evaluation.done(new Prediction(denoised, direction));

        Evaluation<SamplerState> moved = deterministic(type).step(new Step(2, grid), SamplerState.start(x), guided, k -> x);

        NoiseLevel next = grid.level(3);
        assertThat(((Evaluation.Done<SamplerState>) moved).value().x())
                .isEqualTo(LatentOps.combine(next.alpha(), denoised, next.sigma(), direction));
    }

    @Test
    void eulerAncestralAndDdimWithoutNoiseAreEuler() {
        for (NoiseSchedule schedule : Oracles.schedules()) {
            StepGrid grid = Catalog.spacing(Term.of("karras")).grid(schedule, 10);
            Latents start = Oracles.start(3, grid.level(0));
            Latents euler = SamplerLoop.over(Oracles.MIXTURE).end(new Euler(), grid, start);
            assertThat(SamplerLoop.over(Oracles.MIXTURE).end(new Ddim(0, new CleanLimit(0, 0)), grid, start)).isEqualTo(euler);
            assertThat(SamplerLoop.over(Oracles.MIXTURE).end(new EulerAncestral(0, 1), grid, start)).isEqualTo(euler);
        }
    }
}
