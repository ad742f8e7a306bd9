package org.lodestar.engine.sampler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.CountingDenoiser;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.GuidedDenoiser;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.schedule.NoiseSchedule;
import org.lodestar.engine.schedule.StepGrid;
import org.lodestar.engine.schedule.TrailingSpacing;
import org.lodestar.engine.testing.Oracles;
import org.lodestar.engine.testing.SamplerLoop;

/// On distributions whose denoisers are known exactly.
class DdimInversionTest {
    private static final int STEPS = 40;

    static List<NoiseSchedule> schedules() {
        return List.of(Oracles.vp(), Oracles.zeroTerminal(), Oracles.flow());
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void samplingUndoesARefinedInversionUnderEveryCoupling(NoiseSchedule schedule) {
        StepGrid grid = new TrailingSpacing().grid(schedule, STEPS);
        for (GuidedDenoiser guided : List.of(guided(1.5, false), guided(0.6, true))) {
            double published = error(grid, guided, new DdimInversion(0));
            double refined = error(grid, guided, new DdimInversion(8));

            assertThat(refined).as("relative error of the way there and back").isLessThan(2e-3);
            assertThat(refined).isLessThan(published);
        }
    }

    @Test
    void withoutGuidanceItFollowsTheFlowBackwardsToFirstOrder() {
        double coarse = distanceFromFlow(25);
        double fine = distanceFromFlow(100);

        assertThat(fine).isLessThan(0.1);
        assertThat(Math.log(coarse / fine) / Math.log(4)).as("order").isBetween(0.8, 1.3);
    }

    /// Of the noise found for a state, over a piece of the path without its ends.
    private static double distanceFromFlow(int steps) {
        StepGrid piece = Oracles.piece(Oracles.vp(), 8, 0.1, steps);
        Latents x = Oracles.GAUSSIAN.flow("cond", Oracles.start(3, piece.level(0)), piece.level(0), piece.level(steps));
        SamplerLoop loop = SamplerLoop.over(Oracles.GAUSSIAN);
        Latents noise = x;
        for (int i = steps; i > 0; i--) {
            noise = loop.answer(new DdimInversion(0).step(piece.level(i), piece.level(i - 1), noise, loop.guided()));
        }
        return relative(noise, Oracles.GAUSSIAN.flow("cond", x, piece.level(steps), piece.level(0)));
    }

    @Test
    void theFirstGuessOfEachStepCostsOneEvaluationAndSoDoesEachRound() {
        StepGrid grid = new TrailingSpacing().grid(Oracles.vp(), 5);
        SamplerLoop loop = SamplerLoop.over(Oracles.GAUSSIAN);
        Latents clean = Oracles.start(1, grid.level(0));

        for (int i = 5; i > 0; i--) {
            loop.answer(new DdimInversion(2).step(grid.level(i), grid.level(i - 1), clean, loop.guided()));
        }

        assertThat(loop.denoiser().evaluations()).isEqualTo(5 * 3);
    }

    private static double error(StepGrid grid, GuidedDenoiser guided, DdimInversion inversion) {
        Latents clean = LatentOps.scale(0.7, Oracles.start(7, grid.level(0)));
        SamplerLoop loop = loop(guided);
        return relative(loop.end(new Ddim(0, new CleanLimit(0, 0)), grid, invert(grid, clean, guided, inversion)), clean);
    }

    private static Latents invert(StepGrid grid, Latents clean, GuidedDenoiser guided, DdimInversion inversion) {
        Latents x = clean;
        for (int i = grid.steps(); i > 0; i--) {
            x = loop(guided).answer(inversion.step(grid.level(i), grid.level(i - 1), x, guided));
        }
        return x;
    }

    private static SamplerLoop loop(GuidedDenoiser guided) {
        return new SamplerLoop(new CountingDenoiser(Oracles.MIXTURE), guided, step -> k -> {
            throw new AssertionError("DDIM without eta drew noise");
        });
    }

    /// CFG at weight `w`; coupled to the noise of "uncond" as CFG++ is, or not.
    private static GuidedDenoiser guided(double w, boolean coupled) {
        return (x, level) -> Evaluation.ask(List.of(new Query(SamplerLoop.branch("cond"), x, level), new Query(SamplerLoop.branch("uncond"), x, level)))
                .map(answers -> {
                    Prediction cond = answers.get(0);
                    Prediction uncond = answers.get(1);
                    Latents denoised = LatentOps.extrapolate(uncond.denoised(), cond.denoised(), w);
                    return new Prediction(denoised, coupled ? uncond.noise() : LatentOps.extrapolate(uncond.noise(), cond.noise(), w));
                });
    }

    private static double relative(Latents found, Latents wanted) {
        return LatentOps.norm(LatentOps.subtract(found, wanted)) / LatentOps.norm(wanted);
    }
}
