package org.lodestar.engine.guidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.schedule.NoiseLevel;

class ParticlesTest {

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
        double w = 1.5;
        Moments corrected = simulate(new FeynmanKac(w, 0.5, 0, 1), 40_000);
        Moments plain = simulate(new FeynmanKac(w, 0.5, 0, 0), 40_000);

        assertThat(corrected.mean()).isCloseTo(1.2, within(0.02));
        assertThat(corrected.variance()).isCloseTo(0.4, within(0.02));
        assertThat(Math.abs(plain.mean() - 1.2)).as("plain guidance is visibly biased").isGreaterThan(0.07);
    }

    private record Moments(double mean, double variance) {}

    private static Moments simulate(FeynmanKac policy, int particles) {
        int steps = 300;
        Random random = new Random(5);
        double top = 20;
        double[] x = DoubleStream.generate(() -> random.nextGaussian() * StrictMath.sqrt(top * top + 1)).limit(particles).toArray();
        List<Double> logWeights = new ArrayList<>(Collections.nCopies(particles, 0.0));
        for (int i = 0; i < steps; i++) {
            double s = top * StrictMath.pow(0.01 / top, (double) i / steps);
            double next = top * StrictMath.pow(0.01 / top, (i + 1.0) / steps);
            NoiseLevel here = new NoiseLevel(0, 1, s);
            NoiseLevel after = new NoiseLevel(0, 1, next);
            double step = s * s - next * next;
            for (int p = 0; p < particles; p++) {
                double reference = x[p] / (1 + s * s);
                double cond = (0.5 * x[p] + s * s) / (0.5 + s * s);
                double guided = reference + policy.w() * (cond - reference);
                logWeights.set(p, logWeights.get(p) + policy.gain(here, after, estimate(cond), estimate(reference)));
                x[p] += step * (guided - x[p]) / (s * s) + StrictMath.sqrt(step) * random.nextGaussian();
            }
            List<Double> weights = policy.weights(logWeights);
            if (policy.resamples(weights, i == steps - 1)) {
                List<Integer> parents = Particles.systematic(weights, random.nextDouble());
                double[] old = x.clone();
                for (int p = 0; p < particles; p++) {
                    x[p] = old[parents.get(p)];
                    logWeights.set(p, 0.0);
                }
            }
        }
        List<Double> weights = policy.weights(logWeights);
        double mean = 0;
        for (int p = 0; p < particles; p++) {
            mean += weights.get(p) * x[p];
        }
        double variance = 0;
        for (int p = 0; p < particles; p++) {
            variance += weights.get(p) * (x[p] - mean) * (x[p] - mean);
        }
        return new Moments(mean, variance);
    }

    private static Prediction estimate(double value) {
        Latents one = Latents.of(1, 1, 1, new float[] {(float) value});
        return new Prediction(one, one);
    }
}
