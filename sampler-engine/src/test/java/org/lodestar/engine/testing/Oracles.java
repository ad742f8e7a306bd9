package org.lodestar.engine.testing;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.lodestar.engine.analytic.GaussianDenoiser;
import org.lodestar.engine.analytic.Mixture;
import org.lodestar.engine.analytic.MixtureDenoiser;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.sampler.StepNoise;
import org.lodestar.engine.schedule.BetaTable;
import org.lodestar.engine.schedule.FlowSchedule;
import org.lodestar.engine.schedule.NoiseLevel;
import org.lodestar.engine.schedule.NoiseSchedule;
import org.lodestar.engine.schedule.StepGrid;
import org.lodestar.engine.schedule.VeSchedule;
import org.lodestar.engine.schedule.VpSchedule;

/// Known distributions, schedules of every kind and grids to test samplers with.
public final class Oracles {
    private Oracles() {}

    /// `N(m, 0.3^2 I)` over 8 entries, on the branch "cond".
    public static final GaussianDenoiser GAUSSIAN =
            new GaussianDenoiser(Map.of("cond", new GaussianDenoiser.Gaussian(List.of(-0.8, -0.3, 0.0, 0.2, 0.5, 0.9, 1.2, -1.1), 0.3)));

    /// Three overlapping Gaussians over 8 entries on "cond", one wide Gaussian on "uncond".
    public static final MixtureDenoiser MIXTURE = new MixtureDenoiser(Map.of(
            "cond",
            new Mixture(List.of(
                    new Mixture.Component(0.5, List.of(0.6, -0.4, 0.1, 0.3, -0.2, 0.5, -0.7, 0.2), 0.5),
                    new Mixture.Component(0.3, List.of(-0.5, 0.3, 0.4, -0.6, 0.2, -0.1, 0.3, 0.4), 0.6),
                    new Mixture.Component(0.2, List.of(0.1, 0.7, -0.5, 0.2, 0.6, -0.3, 0.1, -0.6), 0.7))),
            "uncond",
            Mixture.gaussian(List.of(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0), 1)));

    /// Stable Diffusion's table.
    public static VpSchedule vp() {
        return VpSchedule.of(BetaTable.scaledLinear(1000, 0.00085, 0.012).alphaBars());
    }

    /// The same with zero terminal signal-to-noise ratio.
    public static VpSchedule zeroTerminal() {
        return VpSchedule.of(BetaTable.scaledLinear(1000, 0.00085, 0.012).withZeroTerminalSnr().alphaBars());
    }

    public static FlowSchedule flow() {
        return FlowSchedule.shifted(3);
    }

    public static VeSchedule ve() {
        return new VeSchedule(0.002, 80);
    }

    /// One of each kind.
    public static List<NoiseSchedule> schedules() {
        return List.of(vp(), zeroTerminal(), flow(), ve());
    }

    /// A reproducible state of 2x2x2 entries with the noise of `level`.
    public static Latents start(long seed, NoiseLevel level) {
        Random random = new Random(seed);
        return Latents.zeros(2, 2, 2).like(i -> level.sigma() * random.nextGaussian());
    }

    /// Fresh noise that depends on seed, step and draw alone.
    public static SamplerLoop.NoiseOfStep noise(long seed) {
        return step -> (StepNoise) k -> {
            Random random = new Random(seed * 1_000_003 + step * 1009L + k);
            return Latents.zeros(2, 2, 2).like(i -> random.nextGaussian());
        };
    }

    /// Steps in equal ratios of `sigma/alpha`, of which `steps` lead from `from` to `to` and two more go on: a smooth piece of the path for measuring convergence.
    public static StepGrid piece(NoiseSchedule schedule, double from, double to, int steps) {
        return StepGrid.of(schedule, IntStream.rangeClosed(0, steps + 2)
                .mapToObj(i -> schedule.atKarrasSigma(StrictMath.exp(StrictMath.log(from) + (double) i / steps * StrictMath.log(to / from))))
                .toList());
    }

    /// Where the probability-flow ODE of [#MIXTURE]'s "cond" takes `x`, integrated in 64 bits with many steps of the classical Runge-Kutta method over
    /// `u = ln(sigma/alpha)`: `dy/du = y - D`, `y = x/alpha`.
    public static Latents mixtureFlow(Latents x, NoiseLevel from, NoiseLevel to) {
        double u = StrictMath.log(from.karrasSigma());
        double length = StrictMath.log(to.karrasSigma()) - u;
        int steps = 4 + (int) (Math.abs(length) * 100);
        double h = length / steps;
        double[] y = new double[x.size()];
        for (int i = 0; i < y.length; i++) {
            y[i] = x.at(i) / from.alpha();
        }
        for (int step = 0; step < steps; step++, u += h) {
            double[] k1 = slope(y, u);
            double[] k2 = slope(along(y, h / 2, k1), u + h / 2);
            double[] k3 = slope(along(y, h / 2, k2), u + h / 2);
            double[] k4 = slope(along(y, h, k3), u + h);
            for (int i = 0; i < y.length; i++) {
                y[i] += h / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
            }
        }
        double[] end = y;
        return x.like(i -> to.alpha() * end[i]);
    }

    private static double[] slope(double[] y, double u) {
        double[] denoised = Objects.requireNonNull(MIXTURE.branches().get("cond")).posteriorMean(y, 1, StrictMath.exp(u));
        return along(y, -1, denoised);
    }

    private static double[] along(double[] y, double h, double[] direction) {
        return IntStream.range(0, y.length).mapToDouble(i -> y[i] + h * direction[i]).toArray();
    }
}
