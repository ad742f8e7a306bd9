package org.lodestar.engine.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.GuidedDenoiser;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.schedule.NoiseLevel;
import org.lodestar.engine.schedule.NoiseSchedule;
import org.lodestar.engine.schedule.StepGrid;
import org.lodestar.engine.testing.Oracles;
import org.lodestar.engine.testing.SamplerLoop;

/// What samplers do when a policy gives them another noise direction than the one its clean sample implies, as CFG++ does: `D = D_u + w*(D_c - D_u)` with `n = n_u`. The expected
/// values are the published steps in variance-exploding notation (`alpha = 1`), written out here.
class GivenDirectionTest {
    private static final double W = 0.6;
    private static final StepGrid GRID = StepGrid.of(
            Oracles.ve(),
            List.of(level(9), level(5), level(2.5), level(1.2)));

    private final SamplerLoop loop = new SamplerLoop(
            SamplerLoop.over(Oracles.MIXTURE).denoiser(), GivenDirectionTest::guided, step -> k -> Oracles.noise(4).at(step).draw(k));

    private static NoiseLevel level(double sigma) {
        return Oracles.ve().atKarrasSigma(sigma);
    }

    private static Evaluation<Prediction> guided(Latents x, NoiseLevel level) {
        return Evaluation.ask(List.of(new Query(SamplerLoop.branch("cond"), x, level), new Query(SamplerLoop.branch("uncond"), x, level)))
                .map(answers -> new Prediction(
                        LatentOps.extrapolate(answers.get(1).denoised(), answers.get(0).denoised(), W), answers.get(1).noise()));
    }

    private double[] unconditional(double[] x, double sigma) {
        return clean("uncond", x, sigma);
    }

    private double[] mixed(double[] x, double sigma) {
        double[] u = clean("uncond", x, sigma);
        double[] c = clean("cond", x, sigma);
        return combine(1 - W, u, W, c);
    }

    private double[] clean(String branch, double[] x, double sigma) {
        return values(loop.answer(Evaluation.ask(new Query(SamplerLoop.branch(branch), latents(x), level(sigma)))).denoised());
    }

    @Test
    void eulerRenoisesWithIt() {
        double[] x = values(Oracles.start(1, level(9)));
        double[] u = unconditional(x, 9);
        double[] expected = combine(1, mixed(x, 9), 5 / 9.0, combine(1, x, -1, u));
        assertClose(loop.step(new Euler(), new Step(0, GRID), SamplerState.start(latents(x))).x(), expected);
    }

    @Test
    void eulerEqualsPlainGuidanceOfTheEffectiveWeight() {
        double[] x = values(Oracles.start(1, level(9)));
        double effective = W * 9 / (9 - 5);
        double[] c = clean("cond", x, 9);
        double[] u = unconditional(x, 9);
        double[] d = combine(1 - effective, u, effective, c);
        assertClose(loop.step(new Euler(), new Step(0, GRID), SamplerState.start(latents(x))).x(), combine(1, d, 5 / 9.0, combine(1, x, -1, d)));
    }

    @Test
    void eulerAncestralRenoisesWithItToo() {
        double[] x = values(Oracles.start(1, level(9)));
        double up = Math.sqrt(25 * (81 - 25) / 81.0);
        double down = Math.sqrt(25 - up * up);
        double[] expected = combine(1, mixed(x, 9), down / 9, combine(1, x, -1, unconditional(x, 9)));
        expected = combine(1, expected, up, values(Oracles.noise(4).at(0).draw(0)));
        assertClose(loop.step(new EulerAncestral(1, 1), new Step(0, GRID), SamplerState.start(latents(x))).x(), expected);
    }

    @Test
    void theMultistepTrendRemembersTheCleanSampleOfTheDirection() {
        SamplerState start = SamplerState.start(Oracles.start(1, level(9)));
        SamplerState second = loop.step(new DpmPp2M(SecondOrder.MIDPOINT), new Step(0, longRun()), start);
        double[] x = values(second.x());
        double h = Math.log(5 / 2.5);
        double r = Math.log(9 / 5.0) / h;
        double[] d = mixed(x, 5);
        double[] expected = combine(1, d, -Math.exp(-h), unconditional(x, 5));
        expected = combine(1, expected, Math.exp(-h), x);
        expected = combine(1, expected, -Math.expm1(-h) / (2 * r), combine(1, d, -1, unconditional(values(start.x()), 9)));
        assertClose(loop.step(new DpmPp2M(SecondOrder.MIDPOINT), new Step(1, longRun()), second).x(), expected);
    }

    @Test
    void theSinglestepMidpointIsReachedAlongIt() {
        double[] x = values(Oracles.start(1, level(9)));
        double up = Math.sqrt(25 * (81 - 25) / 81.0);
        double down = Math.sqrt(25 - up * up);
        double h = Math.log(9 / down);
        double middle = 9 * Math.exp(-h / 2);
        double[] half = combine(middle / 9, x, -Math.expm1(-h / 2), unconditional(x, 9));
        double[] expected = combine(1, mixed(half, middle), -Math.exp(-h), unconditional(half, middle));
        expected = combine(1, combine(1, expected, down / 9, x), up, values(Oracles.noise(4).at(0).draw(0)));
        assertClose(loop.step(new DpmPp2SAncestral(1, 1), new Step(0, GRID), SamplerState.start(latents(x))).x(), expected);
    }

    @Test
    void everySamplerFeelsIt() {
        for (NoiseSchedule schedule : Oracles.schedules()) {
            StepGrid grid = Oracles.piece(schedule, 8, 0.5, 10);
            Latents start = Oracles.start(2, grid.level(0));
            SamplerLoop consistent = new SamplerLoop(loop.denoiser(), GivenDirectionTest::implied, loop.noise());
            for (SamplerType type : Catalog.samplers()) {
                if (type.order() > 0) {
                    Sampler sampler = type.create().apply(type.descriptor().check(Map.of()));
                    assertThat(loop.end(sampler, grid, start)).as(type.descriptor().id()).isNotEqualTo(consistent.end(sampler, grid, start));
                }
            }
        }
    }

    /// The same clean sample with the direction it implies.
    private static Evaluation<Prediction> implied(Latents x, NoiseLevel level) {
        GuidedDenoiser given = GivenDirectionTest::guided;
        return given.at(x, level)
                .map(p -> new Prediction(p.denoised(), LatentOps.combine(1 / level.sigma(), x, -level.alpha() / level.sigma(), p.denoised())));
    }

    /// The same levels with more to follow, so that the second step is not among the last ones of a short run.
    private static StepGrid longRun() {
        return StepGrid.of(
                Oracles.ve(),
                IntStream.range(0, 20).mapToObj(i -> i < GRID.levels().size() ? GRID.level(i) : level(1.2 - 0.05 * i)).toList());
    }

    private static double[] combine(double a, double[] x, double b, double[] y) {
        return IntStream.range(0, x.length).mapToDouble(i -> a * x[i] + b * y[i]).toArray();
    }

    private static double[] values(Latents x) {
        return IntStream.range(0, x.size()).mapToDouble(x::at).toArray();
    }

    private static Latents latents(double[] values) {
        return Latents.zeros(2, 2, 2).like(i -> values[i]);
    }

    private static void assertClose(Latents found, double[] expected) {
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) found.at(i)).as("entry %d", i).isCloseTo(expected[i], within(1e-5));
        }
    }
}
