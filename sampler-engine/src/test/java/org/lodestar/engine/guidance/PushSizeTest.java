package org.lodestar.engine.guidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lodestar.engine.latent.Combination;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Parameterization;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.schedule.NoiseLevel;

/// Policies that decide from the two estimates how far to push: by size, direction, what came before, and what the picture made of it.
class PushSizeTest {
    private final Toy toy = Toy.on(Toy.flow(10)).of(Parameterization.FLOW);

    @ParameterizedTest
    @CsvSource({"0.9, eps", "0.9, x0", "-0.5, eps", "-1, x0", "2, eps"})
    void powerLawGuidanceIsCfgAtAWeightThatFollowsTheSizeOfThePush(double gamma, String space) {
        for (int step = 1; step < 10; step++) {
            double size = difference(step, space);
            double expected = 1 + 5 * Math.pow(size / 0.2, gamma);
            String policy = "power(gamma=" + gamma + ",usual=0.2,space=" + space + ") + cfg(w=6)";
            assertThat(toy.evaluate(policy, step).value().telemetry().effectiveWeight()).as("step " + step).isEqualTo(expected, within(1e-3 * expected));
            String usual = "power(gamma=" + gamma + ",usual=" + size + ",space=" + space + ") + cfg(w=6)";
            assertThat(Toy.distance(guided(usual, step), guided("cfg(w=6)", step))).as("at the usual size it is CFG").isLessThan(1e-5);
        }
    }

    /// Root mean square.
    private double difference(int step, String space) {
        Space in = Space.named(space, toy.context(step));
        Latents apart = LatentOps.subtract(in.of(toy.estimate("cond", step)), in.of(toy.estimate("uncond", step)));
        return LatentOps.norm(apart) / Math.sqrt(apart.size());
    }

    /// Velocities `(2, 0)` under the prompt and `(a, b)` under the reference: cosines 1, 0, -1 and 0.6.
    @ParameterizedTest
    @CsvSource({"3, 0, 1", "0, 1, 0", "-2, 0, -1", "3, 4, 0.6"})
    void theStrengthSwingsAsFarAsBothVelocitiesAgree(float a, float b, double cosine) {
        Toy small = toy.sized(1, 1, 2);
        for (int step = 0; step < 10; step++) {
            Space velocity = Space.named("velocity", small.context(step));
            Prediction cond = velocity.prediction(pair(2, 0));
            Prediction reference = velocity.prediction(pair(a, b));
            Latents difference = LatentOps.subtract(cond.denoised(), reference.denoised());
            Latents found = new VelocityAdaptive(0.7)
                    .filter(new Estimates(small.context(step), cond, reference, true, List.of(), 5), Combination.of(difference), PolicyState.NONE)
                    .difference()
                    .latents();
            double expected = Math.exp(0.7 * (2 * (step + 0.5) / 10 - 1) * cosine);
            assertThat(Toy.distance(found, LatentOps.scale(expected, difference))).as("step " + step).isLessThan(1e-6);
        }
    }

    @Test
    void theSwingIsCountedFromTheReference() {
        Space velocity = Space.named("velocity", toy.context(8));
        double cosine = LatentOps.cosine(velocity.of(toy.estimate("cond", 8)), velocity.of(toy.estimate("uncond", 8)));
        double w = 4 * Math.exp(0.5 * 0.7 * cosine);
        assertThat(Toy.distance(guided("vags(kappa=0.5) + cfg(w=4)", 8), guided("cfg(w=" + w + ")", 8))).isLessThan(1e-5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"eps", "velocity"})
    void slidingModePushesEveryValueTowardsItsSurface(String space) {
        double[] before = null;
        int turned = 0;
        for (GuidanceOutcome outcome : toy.euler("smc(lambda=0.3,k=0.02,space=" + space + ") + cfg(w=5)").outcomes().subList(1, 10)) {
            assertThat(LatentOps.isFinite(outcome.guided().denoised())).isTrue();
        }
        PolicyStack stack = Toy.stack("smc(lambda=0.3,k=0.02,space=" + space + ") + cfg(w=5)");
        PolicyState state = stack.begin();
        for (int step = 1; step < 10; step++) {
            GuidanceOutcome outcome = toy.run(stack.evaluate(toy.context(step), state)).value();
            state = outcome.next();
            Space in = Space.named(space, toy.context(step));
            Latents c = in.of(toy.estimate("cond", step));
            Latents r = in.of(toy.estimate("uncond", step));
            Latents y = in.of(outcome.guided());
            double[] e = new double[c.size()];
            double[] old = Objects.requireNonNullElse(before, e);
            for (int i = 0; i < e.length; i++) {
                double plain = (double) c.at(i) - r.at(i);
                double surface = before == null ? 0.3 * plain : plain - old[i] + 0.3 * old[i];
                e[i] = plain - 0.02 * Math.signum(surface);
                turned += surface * plain < 0 ? 1 : 0;
                if (Math.abs(surface) > 1e-4) {
                    assertThat((double) y.at(i)).as("value " + i + " of step " + step).isEqualTo(r.at(i) + 5 * e[i], within(2e-3));
                }
            }
            before = e;
        }
        assertThat(turned).as("values pushed the other way because of the step before").isPositive();
    }

    /// Where the picture comes to lie between what both estimates expected, nothing is learnt, and after `(1-t0)*N` steps the strength is 3; nearer to the prompt's it is less, nearer to the reference's more.
    @Test
    void feedbackGuidesMoreTheLessThePictureMovesAsThePromptLeads() {
        for (Toy world : List.of(Toy.on(Toy.vp(8)), Toy.on(Toy.ve(8)), Toy.on(Toy.flow(8)), Toy.on(Toy.vp(8, true)))) {
            assertThat(strengthAfterOneStep(world, 0.5)).isEqualTo(3, within(0.02));
            assertThat(strengthAfterOneStep(world, 0.6)).isLessThan(2.98);
            assertThat(strengthAfterOneStep(world, 0.4)).isGreaterThan(3.02);
            assertThat(strengthAfterOneStep(world, 1e6)).as("it never falls below 1/pi").isEqualTo(1 / 0.85, within(0.01));
            assertThat(strengthAfterOneStep(world, -1e6)).as("nor grows beyond w").isEqualTo(12, within(0.05));
        }
    }

    /// @param share where the picture lies on the way from what the reference expected to what the prompt expected
    private static double strengthAfterOneStep(Toy world, double share) {
        PolicyStack stack = Toy.stack("fbg(w=12,pi=0.85,t0=0.875,t1=0.5)");
        GuidanceOutcome first = world.run(stack.evaluate(world.context(0), stack.begin())).value();
        assertThat(first.telemetry().effectiveWeight()).isEqualTo(1 / 0.85, within(1e-3));
        NoiseLevel from = world.grid.level(0);
        NoiseLevel to = world.grid.level(1);
        double ratio = Math.pow(to.karrasSigma() / from.karrasSigma(), 2);
        Latents lead = LatentOps.extrapolate(world.estimate("uncond", 0).denoised(), world.estimate("cond", 0).denoised(), share);
        Latents expected = from.alpha() == 0 ? lead : LatentOps.combine(1 - ratio, lead, ratio / from.alpha(), world.start);
        Latents x = LatentOps.scale(to.alpha(), expected);
        return world.run(stack.evaluate(world.context(1, 0, to, x), first.next())).value().telemetry().effectiveWeight();
    }

    @Test
    void withoutHeedTheStrengthFollowsTheClock() {
        List<Double> weights = toy.euler("fbg(w=12,pi=0.85,t0=0.5,heed=0)").outcomes().stream().map(outcome -> outcome.telemetry().effectiveWeight()).toList();
        assertThat(weights.subList(0, 8)).isSorted();
        assertThat(weights.get(5)).as("at time 0.5").isEqualTo(3, within(1e-3));
        assertThat(weights.get(9)).isEqualTo(12, within(1e-2));
    }

    /// The recurrence written out in variance-exploding terms.
    @Test
    void feedbackAddsUpOverTheRun() {
        Toy world = Toy.on(Toy.vp(12));
        PolicyStack stack = Toy.stack("fbg(w=9,pi=0.8,t0=0.5,t1=0.25,heed=0.4)");
        PolicyState state = stack.begin();
        Latents x = world.start;
        double fall = -Math.log(0.2 * 1.5) / (0.5 * 12);
        double logLikelihood = 0;
        double moved = 0;
        for (int step = 0; step < 12; step++) {
            GuidanceOutcome outcome = world.run(stack.evaluate(world.context(step, 0, world.grid.level(step), x), state)).value();
            double p = Math.exp(logLikelihood);
            double expected = p <= 0.2 ? 9 : Math.min(9, p / (p - 0.2));
            assertThat(outcome.telemetry().effectiveWeight()).as("step " + step).isEqualTo(expected, within(2e-3 * expected));
            state = outcome.next();
            Latents after = Toy.move(outcome.guided(), world.grid.level(step + 1));
            if (step < 11) {
                double gain = 0.4 * fall * spread(world, 9) / spread(world, step) * apart(world, step, x, after, outcome) * 1638.4 / x.size();
                logLikelihood = Math.clamp(logLikelihood - fall + gain, Math.log(0.2 * 9 / 8), 0);
                moved += Math.abs(gain);
            }
            x = after;
        }
        assertThat(moved).as("it learns something").isGreaterThan(0.1);
    }

    private static double spread(Toy world, int step) {
        double s = world.grid.level(step).karrasSigma();
        double next = world.grid.level(step + 1).karrasSigma();
        return next * next * (s * s - next * next) / (s * s);
    }

    private static double apart(Toy world, int step, Latents x, Latents after, GuidanceOutcome outcome) {
        NoiseLevel here = world.grid.level(step);
        NoiseLevel next = world.grid.level(step + 1);
        double q = Math.pow(next.karrasSigma() / here.karrasSigma(), 2);
        Latents c = Objects.requireNonNull(outcome.cond()).denoised();
        Latents r = Objects.requireNonNull(outcome.reference()).denoised();
        double sum = 0;
        for (int i = 0; i < x.size(); i++) {
            double seen = after.at(i) / next.alpha();
            double byCond = q * x.at(i) / here.alpha() + (1 - q) * c.at(i);
            double byReference = q * x.at(i) / here.alpha() + (1 - q) * r.at(i);
            sum += Math.pow(seen - byReference, 2) - Math.pow(seen - byCond, 2);
        }
        return sum;
    }

    static Stream<GuidancePolicy> policies() {
        return Stream.of(
                new PowerLaw(0.9, 0.1, "eps"), new PowerLaw(-1, 0.1, "x0"), new VelocityAdaptive(0.5), new SlidingMode(5, 0.01, "eps"), new SlidingMode(0, 0.2, "velocity"),
                new FeedbackGuidance(10, 0.85, 0.75, 0.5, 1), new FeedbackGuidance(1.2, 0.4, 0.95, 0, 10));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void nothingMakesThemBlowUp(GuidancePolicy policy) {
        for (Toy world : List.of(Toy.on(Toy.vp(3, true)), Toy.on(Toy.ve(3)), Toy.on(Toy.flow(1)))) {
            for (int step = 0; step < world.grid.steps(); step++) {
                StepContext context = world.sized(3, 1, 5).context(step);
                Latents zero = Latents.zeros(3, 1, 5);
                Latents tiny = zero.like(i -> 1e-20);
                for (Latents cond : List.of(zero, tiny, LatentOps.scale(1e30, tiny))) {
                    Prediction nothing = new Prediction(zero, zero);
                    Estimates estimates = new Estimates(context, new Prediction(cond, cond), nothing, true, List.of(), 5);
                    Filtered first = policy.filter(estimates, Combination.difference(cond, zero), policy.begin());
                    Filtered again = policy.filter(estimates, Combination.difference(cond, zero), first.next());
                    assertThat(LatentOps.isFinite(first.difference().latents())).isTrue();
                    assertThat(LatentOps.isFinite(again.difference().latents())).isTrue();
                }
            }
        }
    }

    private Latents guided(String policy, int step) {
        return toy.evaluate(policy, step).value().guided().denoised();
    }

    private static Latents pair(float a, float b) {
        return Latents.of(1, 1, 2, new float[] {a, b});
    }
}
