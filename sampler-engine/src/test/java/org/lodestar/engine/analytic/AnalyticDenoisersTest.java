package org.lodestar.engine.analytic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.schedule.NoiseLevel;
import org.lodestar.engine.testing.Oracles;
import org.lodestar.engine.testing.SamplerLoop;

class AnalyticDenoisersTest {

    private static final Mixture PAIR = new Mixture(List.of(new Mixture.Component(3, List.of(-1.0), 0.4), new Mixture.Component(1, List.of(2.0), 0.7)));

    @Test
    void thePosteriorMeanIsTheOneOfNumericalIntegration() {
        double alpha = 0.8;
        double sigma = 0.5;
        for (double x : new double[] {-2, -0.3, 0.4, 1.5}) {
            double top = 0;
            double bottom = 0;
            for (double x0 = -8; x0 <= 8; x0 += 1e-3) {
                double prior = 3 / 0.4 * normal((x0 + 1) / 0.4) + 1 / 0.7 * normal((x0 - 2) / 0.7);
                double weight = prior * normal((x - alpha * x0) / sigma);
                top += weight * x0;
                bottom += weight;
            }
            assertThat(PAIR.posteriorMean(new double[] {x}, alpha, sigma)[0]).isCloseTo(top / bottom, within(1e-9));
        }
    }

    @Test
    void theScoreIsTheSlopeOfTheLogDensityAndFitsThePosteriorMean() {
        double alpha = 0.8;
        double sigma = 0.5;
        double x = 0.3;
        double h = 1e-5;
        double slope = (logDensity(x + h, alpha, sigma) - logDensity(x - h, alpha, sigma)) / (2 * h);
        double score = PAIR.score(new double[] {x}, alpha, sigma)[0];
        assertThat(score).isCloseTo(slope, within(1e-6));
        assertThat(score).isCloseTo((alpha * PAIR.posteriorMean(new double[] {x}, alpha, sigma)[0] - x) / (sigma * sigma), within(1e-9));
    }

    @Test
    void anEstimateSumsToTheStateAndDependsOnTheBranch() {
        NoiseLevel level = Oracles.vp().at(600);
        Latents x = Oracles.start(1, level);
        List<Prediction> answers = Oracles.MIXTURE.predict(
                List.of(new Query(SamplerLoop.branch("cond"), x, level), new Query(SamplerLoop.branch("uncond"), x, level)), new CancelToken());

        assertThat(answers.get(0).denoised()).isNotEqualTo(answers.get(1).denoised());
        Latents sum = LatentOps.combine(level.alpha(), answers.get(0).denoised(), level.sigma(), answers.get(0).noise());
        assertThat(LatentOps.norm(LatentOps.subtract(sum, x))).isLessThan(1e-5);
    }

    @Test
    void pureNoiseIsAnsweredWithTheMeanAndACleanStateWithItself() {
        Mixture gaussian = Mixture.gaussian(List.of(0.7), 0.2);
        assertThat(gaussian.posteriorMean(new double[] {5}, 0, 1)).containsExactly(0.7);
        assertThat(gaussian.posteriorMean(new double[] {5}, 1, 0)[0]).isCloseTo(5, within(1e-12));
    }

    @Test
    void farAwayStatesStayFinite() {
        assertThat(PAIR.posteriorMean(new double[] {1e6}, 1, 1e-3)[0]).isFinite();
    }

    @Test
    void theGaussianFlowKeepsThePlaceInTheDistribution() {
        NoiseLevel from = Oracles.vp().at(900);
        NoiseLevel to = Oracles.vp().at(100);
        Latents x = Oracles.start(1, from);
        Latents there = Oracles.GAUSSIAN.flow("cond", x, from, to);
        Latents back = Oracles.GAUSSIAN.flow("cond", there, to, from);
        assertThat(LatentOps.norm(LatentOps.subtract(back, x))).isLessThan(1e-5);
        assertThat(LatentOps.norm(LatentOps.subtract(there, Oracles.start(1, from)))).isGreaterThan(0.1);
    }

    @Test
    void anUnknownBranchIsNamed() {
        NoiseLevel level = Oracles.vp().at(600);
        assertThatThrownBy(() -> new MixtureDenoiser(Map.of("cond", PAIR))
                        .predict(List.of(new Query(SamplerLoop.branch("other"), Latents.zeros(1, 1, 1), level)), new CancelToken()))
                .hasMessageContaining("cond")
                .hasMessageContaining("other");
    }

    private static double logDensity(double x, double alpha, double sigma) {
        double sum = 0;
        for (Mixture.Component c : PAIR.components()) {
            double v = alpha * alpha * c.std() * c.std() + sigma * sigma;
            sum += c.weight() / Math.sqrt(v) * normal((x - alpha * c.mean().getFirst()) / Math.sqrt(v));
        }
        return Math.log(sum);
    }

    private static double normal(double z) {
        return Math.exp(-z * z / 2);
    }
}
