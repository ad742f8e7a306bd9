package org.lodestar.engine.guidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.lodestar.engine.analytic.Mixture;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.schedule.NoiseLevel;

class ParticlesTest {
    /// Steps from one look at the weights to the next: what is lost between two looks is made up for by the weights themselves.
    private static final int LOOK_EVERY = 5;

    @RepeatedTest(40)
    void systematicResamplingKeepsEveryParticleInProportion(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        List<Double> weights = Particles.normalise(random.doubles(1 + random.nextInt(9), -3, 3).boxed().toList(), 0);

        List<Integer> parents = Particles.systematic(weights, random.nextDouble());

        assertThat(parents).hasSameSizeAs(weights).isSorted();
        for (int i = 0; i < weights.size(); i++) {
            assertThat((double) Collections.frequency(parents, i)).isCloseTo(weights.size() * weights.get(i), within(1.0));
        }
    }

    @Test
    void weightsAreNormalisedWhateverTheirSizeAndTheClampBoundsThem() {
        List<Double> huge = List.of(1e6, 0.0, -1e6);

        assertThat(Particles.normalise(huge, 0)).containsExactly(1.0, 0.0, 0.0);
        assertThat(Particles.effectiveSize(Particles.normalise(huge, 0))).isEqualTo(1);
        assertThat(Particles.normalise(huge, 2).get(0) / Particles.normalise(huge, 2).get(2)).isCloseTo(StrictMath.exp(4), within(1e-9));
        assertThat(Particles.effectiveSize(Particles.normalise(List.of(5.0, 5.0), 0))).isEqualTo(2);
    }

    /// One-dimensional Gaussians: reference N(0, 1), prompt N(1, 1/2), w = 1.5. Their geometric average is N(1.2, 0.4). The reverse process with the guided score alone ends somewhere else;
    /// weighing and resampling its particles ends there.
    @Test
    void particlesReachTheGeometricAverageThatGuidanceAloneMisses() {
        World world = guided(1.5, gaussian(1, 0.5), gaussian(0, 1));
        Cloud corrected = simulate(new FeynmanKac(1.5, 0.5, 0, 1), world, 40_000);
        Cloud plain = simulate(new FeynmanKac(1.5, 0.5, 0, 0), world, 4_000);

        assertThat(corrected.mean()).isCloseTo(1.2, within(0.02));
        assertThat(corrected.variance()).isCloseTo(0.4, within(0.02));
        assertThat(Math.abs(plain.mean() - 1.2)).as("plain guidance is visibly biased").isGreaterThan(0.07);
    }

    /// N(0, 1) to the power 0.8 times N(1, 1/2) to the power 1.5 is N(3/3.8, 1/3.8): precisions 0.8 and 3 about 0 and 1.
    /// Clouds of this size scatter by 0.03 in the mean (the weights are decided while there is much noise) and by 0.009 in the variance; the bounds are four times that. The process without
    /// weights gives a variance of 0.174.
    @Test
    void particlesReachAProductOfPowersInClosedForm() {
        World world = product(1.5, gaussian(1, 0.5), 0.8, gaussian(0, 1));
        Cloud corrected = simulate(new FeynmanKacProduct(1.5, "other", 0.8, 0.5, 0, 1), world, 15_000);
        Cloud plain = simulate(new FeynmanKacProduct(1.5, "other", 0.8, 0.5, 0, 0), world, 4_000);

        assertThat(corrected.mean()).isCloseTo(3 / 3.8, within(0.12));
        assertThat(corrected.variance()).isCloseTo(1 / 3.8, within(0.036));
        assertThat(plain.variance()).as("without weights the spread is wrong").isCloseTo(0.174, within(0.01));
    }

    /// N(1, 1/2) to the power 2.5 is N(1, 1/5). Clouds of this size scatter by 0.017 in the mean and by 0.006 in the variance; without weights the variance is 0.127.
    @Test
    void particlesReachAnAnnealedGaussianFromTheNarrowerStart() {
        World world = product(2.5, gaussian(1, 0.5), 0, gaussian(0, 1));
        FeynmanKacProduct policy = new FeynmanKacProduct(2.5, "", 1, 0.5, 0, 1);
        Cloud corrected = simulate(policy, world, 15_000);
        Cloud plain = simulate(new FeynmanKacProduct(2.5, "", 1, 0.5, 0, 0), world, 4_000);

        assertThat(policy.startScale()).isCloseTo(1 / StrictMath.sqrt(2.5), within(1e-12));
        assertThat(corrected.mean()).isCloseTo(1, within(0.07));
        assertThat(corrected.variance()).isCloseTo(0.2, within(0.024));
        assertThat(plain.variance()).as("without weights the spread is wrong").isCloseTo(0.127, within(0.01));
    }

    /// Two far modes of weights 1/2 and deviations 0.4 and 0.8. The square of the density puts `w^2/s` into each: two thirds of its mass into the narrow one, which the
    /// reverse process alone misses (it keeps about half there). Clouds of this size scatter by 0.018.
    @Test
    void particlesGiveTheModesOfAnAnnealedMixtureTheirMasses() {
        Mixture mixture = new Mixture(List.of(new Mixture.Component(0.5, List.of(-3.0), 0.4), new Mixture.Component(0.5, List.of(3.0), 0.8)));
        World world = product(2, (x, s) -> mixture.posteriorMean(new double[] {x}, 1, s)[0], 0, gaussian(0, 1));
        Cloud corrected = simulate(new FeynmanKacProduct(2, "", 1, 0.5, 0, 1), world, 12_000);
        Cloud plain = simulate(new FeynmanKacProduct(2, "", 1, 0.5, 0, 0), world, 4_000);

        assertThat(corrected.below(0)).isCloseTo(2.0 / 3, within(0.07));
        assertThat(plain.below(0)).as("without weights the masses are wrong").isCloseTo(0.515, within(0.03));
    }

    @Test
    void theProductsNoiseIsTheSumOfThePowers() {
        for (Toy toy : List.of(Toy.on(Toy.vp(8)), Toy.on(Toy.ve(8)), Toy.on(Toy.flow(8)))) {
            Latents expected = LatentOps.combine(1.3, toy.estimate("cond", 4).noise(), 0.6, toy.estimate("rain", 4).noise());
            Toy.Answered<GuidanceOutcome> answered = toy.evaluate("fkc_product(beta=1.3,with=rain,beta_with=0.6)", 4);
            assertThat(answered.names()).containsExactly("cond", "rain");
            assertThat(Toy.distance(answered.value().guided().noise(), expected)).isLessThan(1e-5);
            assertThat(Toy.distance(Toy.move(answered.value().guided(), toy.grid.level(4)), toy.start)).as("consistent with the state").isLessThan(1e-5);
        }
    }

    @Test
    void onePromptToThePowerOneIsPlainAndAPowerAsksNothingMore() {
        Toy toy = Toy.on(Toy.vp(6));
        assertThat(toy.euler("fkc_product").last()).isEqualTo(toy.euler("none").last());
        assertThat(toy.euler("fkc_product(beta=2)").nfe()).containsOnly(1);
        assertThat(toy.euler("fkc_product(with=rain,beta_with=0)").nfe()).containsOnly(1);
        Prediction cond = toy.estimate("cond", 3);
        assertThat(new FeynmanKacProduct(1, "", 1, 1, 0, 1).gain(toy.grid.level(3), toy.grid.level(4), cond, null)).isZero();
    }

    /// What the networks know at one state.
    ///
    /// @param score of the proposal
    private record Estimate(Prediction cond, @Nullable Prediction reference, double score) {}

    /// A one-dimensional world at alpha = 1.
    private interface World {
        Estimate at(double x, double s);
    }

    private static DoubleBinaryOperator gaussian(double mean, double variance) {
        return (x, s) -> (variance * x + s * s * mean) / (variance + s * s);
    }

    private static World guided(double w, DoubleBinaryOperator cond, DoubleBinaryOperator reference) {
        return (x, s) -> {
            double c = cond.applyAsDouble(x, s);
            double r = reference.applyAsDouble(x, s);
            return new Estimate(estimate(c, x, s), estimate(r, x, s), (r + w * (c - r) - x) / (s * s));
        };
    }

    private static World product(double beta, DoubleBinaryOperator cond, double betaWith, DoubleBinaryOperator with) {
        return (x, s) -> {
            double c = cond.applyAsDouble(x, s);
            double k = with.applyAsDouble(x, s);
            return new Estimate(estimate(c, x, s), betaWith == 0 ? null : estimate(k, x, s), (beta * (c - x) + betaWith * (k - x)) / (s * s));
        };
    }

    private record Cloud(List<Double> weights, List<Double> x) {
        double mean() {
            return expected(value -> value);
        }

        double variance() {
            double mean = mean();
            return expected(value -> (value - mean) * (value - mean));
        }

        double below(double border) {
            return expected(value -> value < border ? 1 : 0);
        }

        private double expected(DoubleUnaryOperator f) {
            double sum = 0;
            for (int p = 0; p < x.size(); p++) {
                sum += weights.get(p) * f.applyAsDouble(x.get(p));
            }
            return sum;
        }
    }

    private static Cloud simulate(Particles policy, World world, int particles) {
        int steps = 300;
        Random random = new Random(5);
        double top = 20;
        double[] x = DoubleStream.generate(() -> random.nextGaussian() * StrictMath.sqrt(top * top + 1) * policy.startScale()).limit(particles).toArray();
        List<Double> logWeights = new ArrayList<>(Collections.nCopies(particles, 0.0));
        for (int i = 0; i < steps; i++) {
            double s = top * StrictMath.pow(0.01 / top, (double) i / steps);
            double next = top * StrictMath.pow(0.01 / top, (i + 1.0) / steps);
            NoiseLevel here = new NoiseLevel(0, 1, s);
            NoiseLevel after = new NoiseLevel(0, 1, next);
            double step = s * s - next * next;
            for (int p = 0; p < particles; p++) {
                Estimate known = world.at(x[p], s);
                logWeights.set(p, logWeights.get(p) + policy.gain(here, after, known.cond(), known.reference()));
                x[p] += step * known.score() + StrictMath.sqrt(step) * random.nextGaussian();
            }
            List<Double> weights = i % LOOK_EVERY == 0 ? policy.weights(logWeights) : List.of();
            if (!weights.isEmpty() && policy.resamples(weights, i == steps - 1)) {
                List<Integer> parents = Particles.systematic(weights, random.nextDouble());
                double[] old = x.clone();
                for (int p = 0; p < particles; p++) {
                    x[p] = old[parents.get(p)];
                    logWeights.set(p, 0.0);
                }
            }
        }
        return new Cloud(policy.weights(logWeights), DoubleStream.of(x).boxed().toList());
    }

    private static Prediction estimate(double denoised, double x, double s) {
        return new Prediction(one(denoised), one((x - denoised) / s));
    }

    private static Latents one(double value) {
        return Latents.of(1, 1, 1, new float[] {(float) value});
    }
}
