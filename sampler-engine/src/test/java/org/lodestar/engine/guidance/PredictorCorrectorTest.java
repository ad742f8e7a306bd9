package org.lodestar.engine.guidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lodestar.engine.analytic.GaussianDenoiser;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.CountingDenoiser;
import org.lodestar.engine.model.Parameterization;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.sampler.SamplerState;
import org.lodestar.engine.sampler.Step;
import org.lodestar.engine.schedule.NoiseLevel;
import org.lodestar.engine.schedule.StepGrid;
import org.lodestar.engine.testing.SamplerLoop;

/// PCG where everything is Gaussian: entries of a state are independent samples, so that one run gives the moments of what it draws from.
class PredictorCorrectorTest {
    private static final int SAMPLES = 20_000;
    /// `x0 ~ N(1, 0.5^2)` under the prompt, `N(0, 1)` without.
    private static final GaussianDenoiser WORLD = new GaussianDenoiser(Map.of(
            "cond", new GaussianDenoiser.Gaussian(Collections.nCopies(SAMPLES, 1.0), 0.5), "uncond", new GaussianDenoiser.Gaussian(Collections.nCopies(SAMPLES, 0.0), 1)));
    /// Variance preserving, in equal ratios of `sigma/alpha` from 40 to 0.02, then clean.
    private static final StepGrid GRID = grid(200);

    private record Moments(double mean, double std) {
        static Moments of(Latents x) {
            return new Moments(LatentOps.mean(x), LatentOps.std(x, 0));
        }
    }

    private static StepGrid grid(int steps) {
        List<NoiseLevel> levels = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            double k = 40 * Math.pow(0.02 / 40, i / (steps - 1.0));
            levels.add(new NoiseLevel(999.0 * (steps - i) / steps, 1 / Math.hypot(1, k), k / Math.hypot(1, k)));
        }
        levels.add(new NoiseLevel(0, 1, 0));
        return new StepGrid(levels, levels.getFirst().sigma());
    }

    private static Latents noise(long seed) {
        Random random = new Random(seed);
        return Latents.zeros(1, 1, SAMPLES).like(i -> random.nextGaussian());
    }

    private record Two() implements Branches {
        @Override
        public Branch cond() {
            return SamplerLoop.branch("cond");
        }

        @Override
        public Branch base() {
            return SamplerLoop.branch("uncond");
        }

        @Override
        public Branch empty() {
            return base();
        }

        @Override
        public boolean hasNegative() {
            return false;
        }

        @Override
        public Wording wording() {
            return new Wording("cond", "", List.of());
        }

        @Override
        public Branch prompt(String text) {
            throw new AssertionError("no policy here names a text");
        }
    }

    private static StepContext context(int step, int stage, NoiseLevel level, Latents x) {
        IntFunction<Latents> fresh = k -> noise(1_000_003L * (step + 1) + k);
        return new StepContext(step, stage, GRID, level, x, Parameterization.V, new Two(), 1, fresh);
    }

    /// What the first `steps` steps draw.
    private static Moments drawn(String sampler, String policy, int steps) {
        PolicyStack stack = Toy.stack(policy);
        SamplerState state = SamplerState.start(LatentOps.scale(GRID.initialScale(), noise(1)));
        for (int i = 0; i < steps; i++) {
            int step = i;
            SamplerLoop loop = new SamplerLoop(
                    new CountingDenoiser(WORLD),
                    (x, level) -> stack.evaluate(context(step, 0, level, x), stack.begin()).map(GuidanceOutcome::guided),
                    drawing -> k -> noise(-1_000_003L * (drawing + 1) - k));
            state = loop.step(Catalog.sampler(Term.parse(sampler)), new Step(i, GRID), state);
        }
        return Moments.of(state.x());
    }

    /// In the limit both have mean 1.25 and deviation 0.33: the mean of the guided Gaussian of this weight, and what noise the run adds on the way.
    @Test
    void manyStepsDrawWhatDdpmDrawsUnderCfg() {
        Moments ddpm = drawn("ddpm", "cfg(w=2)", GRID.steps());
        Moments pcg = drawn("ddim", "pcg + cfg(w=3)", GRID.steps());
        // Four standard errors of the difference, and what 200 steps still differ by, which halves with every doubling of their number.
        assertThat(pcg.mean()).isEqualTo(ddpm.mean(), within(4 * Math.sqrt(2.0 / SAMPLES) * 0.33 + 0.004));
        assertThat(pcg.std()).isEqualTo(ddpm.std(), within(4 * Math.sqrt(1.0 / SAMPLES) * 0.33 + 0.007));
    }

    @Test
    void otherStrengthsAndSizesDrawOtherThings() {
        Moments ddpm = drawn("ddpm", "cfg(w=2)", GRID.steps());
        assertThat(Math.abs(drawn("ddim", "pcg + cfg(w=2)", GRID.steps()).mean() - ddpm.mean())).isGreaterThan(0.07);
        assertThat(Math.abs(drawn("ddim", "pcg(size=0.5) + cfg(w=3)", GRID.steps()).std() - ddpm.std())).isGreaterThan(0.02);
        assertThat(Math.abs(drawn("ddim", "cfg(w=2)", GRID.steps()).std() - ddpm.std())).as("CFG without fresh noise").isGreaterThan(0.02);
    }

    /// `q_u^(1-w)*q_c^w` of two Gaussians is one: precisions add up with these weights, and so do means times precisions.
    @Test
    void manyMovesDrawFromTheTiltedDensityOfTheLevel() {
        int step = 120;
        NoiseLevel level = GRID.level(step);
        double w = 3;
        double condVariance = square(level.alpha() * 0.5) + square(level.sigma());
        double wideVariance = square(level.alpha()) + square(level.sigma());
        double precision = w / condVariance + (1 - w) / wideVariance;
        Moments tilted = new Moments(w * level.alpha() / condVariance / precision, 1 / Math.sqrt(precision));

        // Small moves from anywhere: 500 of them forget the start, and each is nearly exact.
        PolicyStack stack = new PolicyStack(List.of(new PredictorCorrector(500, 0.5), new Cfg(3)));
        Latents far = LatentOps.map(LatentOps.scale(2, noise(7)), value -> value - 1);
        Prediction found = new SamplerLoop(new CountingDenoiser(WORLD), (x, at) -> stack.evaluate(context(step, 0, at, x), stack.begin()).map(GuidanceOutcome::guided), _ -> _ -> noise(0))
                .answer(stack.evaluate(context(step, 0, level, far), stack.begin()))
                .guided();
        Moments moved = Moments.of(Toy.move(found, level));
        assertThat(moved.mean()).isEqualTo(tilted.mean(), within(0.01));
        assertThat(moved.std()).isEqualTo(tilted.std(), within(0.01));

        Moments cfg = drawn("ddim", "cfg(w=3)", step);
        assertThat(Math.hypot(cfg.mean() - tilted.mean(), cfg.std() - tilted.std())).as("CFG alone ends elsewhere: " + cfg + " instead of " + tilted).isGreaterThan(0.03);
    }

    private static double square(double a) {
        return a * a;
    }

    @Test
    void aMoveKeepsTheEstimateAndRenewsAShareOfTheNoise() {
        Toy toy = Toy.on(Toy.vp(10));
        NoiseLevel here = toy.grid.level(4);
        double kept = toy.grid.level(5).karrasSigma() / here.karrasSigma();
        Latents x = toy.start;
        for (int move = 0; move < 2; move++) {
            PolicyStack cfg = Toy.stack("cfg(w=5)");
            Prediction guided = toy.run(cfg.evaluate(toy.context(4, 0, here, x), cfg.begin())).value().guided();
            Latents noise = LatentOps.combine(kept, guided.noise(), Math.sqrt(1 - kept * kept), toy.context(4).noise().apply(move));
            x = LatentOps.combine(here.alpha(), guided.denoised(), here.sigma(), noise);
        }
        Toy.Answered<GuidanceOutcome> answered = toy.evaluate("pcg(moves=2) + cfg(w=5)", 4);
        PolicyStack none = Toy.stack("none");
        Prediction expected = toy.run(none.evaluate(toy.context(4, 0, here, x), none.begin())).value().guided();
        assertThat(Toy.distance(answered.value().guided().denoised(), expected.denoised())).isLessThan(1e-5);
        assertThat(answered.names()).containsExactly("cond", "uncond", "cond", "uncond", "cond");
        assertThat(answered.value().telemetry().weight()).isEqualTo(5);
    }

    @Test
    void withoutMovesItIsThePromptAlone() {
        for (Toy toy : List.of(Toy.on(Toy.vp(8)), Toy.on(Toy.ve(8)), Toy.on(Toy.flow(8)), Toy.on(Toy.vp(8, true)))) {
            assertThat(toy.euler("pcg(moves=0) + cfg(w=6)").last()).isEqualTo(toy.euler("none").last());
            assertThat(Toy.distance(toy.euler("pcg(size=0) + cfg(w=6)").last(), toy.euler("none").last())).as("moves of size 0").isLessThan(1e-4);
        }
    }

    @Test
    void costsWhatItSaysAndLeavesPureNoiseTheLastStepAndLaterStagesAlone() {
        assertThat(Toy.on(Toy.vp(5)).euler("pcg(moves=2) + cfg(w=4)").nfe()).containsExactly(5, 5, 5, 5, 1);
        assertThat(Toy.on(Toy.flow(5)).euler("pcg + cfg(w=4)").nfe()).as("from pure noise").containsExactly(1, 3, 3, 3, 1);
        Toy toy = Toy.on(Toy.vp(5));
        PolicyStack stack = Toy.stack("pcg + cfg(w=4)");
        assertThat(toy.run(stack.evaluate(toy.context(2, 1, toy.grid.level(3), toy.start), stack.begin())).names()).containsExactly("cond");
        assertThat(toy.euler("window(to=0.4) + pcg + cfg(w=4)").nfe()).containsExactly(3, 3, 1, 1, 1);
    }

    @Test
    void whatTheRestRemembersGoesOnFromTheLastMove() {
        Toy toy = Toy.on(Toy.vp(6));
        List<Double> momentum = toy.euler("pcg + apg(w=5,beta=-0.5)").outcomes().stream().map(outcome -> outcome.telemetry().momentumNorm()).toList();
        assertThat(IntStream.range(0, 5).mapToDouble(momentum::get)).allMatch(norm -> norm > 0);
        List<Double> forgetful = toy.euler("pcg + apg(w=5,beta=0)").outcomes().stream().map(outcome -> outcome.telemetry().momentumNorm()).toList();
        assertThat(momentum.get(1)).isNotEqualTo(forgetful.get(1));
    }

    @Test
    void aNegativePromptIsSaidToRestWhereThePromptIsAlone() {
        assertThat(Toy.on(Toy.vp(5)).withNegative().euler("pcg + cfg(w=4)").notes()).containsExactly("the negative prompt has no effect: guidance is off at this step");
    }
}
