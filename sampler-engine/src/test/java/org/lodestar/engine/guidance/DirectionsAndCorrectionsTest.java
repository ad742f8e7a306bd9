package org.lodestar.engine.guidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.latent.Pyramid;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.Parameterization;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.schedule.StepGrid;

/// Policies that turn or limit the guided estimate, by the property that each one is made for.
class DirectionsAndCorrectionsTest {
    private static final int STEP = 4;
    private final Toy toy = Toy.on(Toy.flow(10)).of(Parameterization.FLOW);
    private final Latents cond = toy.estimate("cond", STEP).denoised();
    private final Latents reference = toy.estimate("uncond", STEP).denoised();
    private final Latents delta = LatentOps.subtract(cond, reference);

    @Test
    void zeroStarFitsTheReferencesVelocityToThePrompts() {
        Space velocity = Space.named("velocity", toy.context(STEP));
        Latents c = velocity.of(toy.estimate("cond", STEP));
        Latents r = velocity.of(toy.estimate("uncond", STEP));
        Latents fitted = velocity.of(toy.evaluate("zero_star + cfg(w=0)", STEP).value().guided());
        assertThat(LatentOps.dot(LatentOps.subtract(c, fitted), r)).as("what is left is across it").isEqualTo(0, within(1e-4 * LatentOps.squaredNorm(r)));
        assertThat(Math.abs(LatentOps.cosine(fitted, r))).isEqualTo(1, within(1e-6));
        Latents guided = velocity.of(toy.evaluate("zero_star + cfg(w=6)", STEP).value().guided());
        assertThat(Toy.distance(guided, LatentOps.extrapolate(fitted, c, 6))).isLessThan(1e-5);
    }

    @Test
    void zeroStarStandsStillAtItsFirstSteps() {
        GuidanceOutcome first = toy.evaluate("zero_star(zero=2) + cfg(w=6)", 0).value();
        assertThat(Toy.distance(Toy.move(first.guided(), toy.grid.level(1)), toy.start)).isLessThan(1e-6);
        GuidanceOutcome second = toy.evaluate("zero_star(zero=2) + cfg(w=6)", 1).value();
        assertThat(Toy.distance(Toy.move(second.guided(), toy.grid.level(2)), toy.start)).isLessThan(1e-6);
        GuidanceOutcome third = toy.evaluate("zero_star(zero=2) + cfg(w=6)", 2).value();
        assertThat(Toy.distance(Toy.move(third.guided(), toy.grid.level(3)), toy.start)).isGreaterThan(0.01);
    }

    @Test
    void tangentialGuidanceKeepsOnlyTheSharedDirectionOfTheReference() {
        Space eps = Space.named("eps", toy.context(STEP));
        Latents c = toy.estimate("cond", STEP).noise();
        Latents r = toy.estimate("uncond", STEP).noise();
        Latents kept = eps.of(toy.evaluate("tcfg + cfg(w=0)", STEP).value().guided());
        Latents lost = LatentOps.subtract(r, kept);
        assertThat(LatentOps.dot(lost, kept)).as("what is lost is across what is kept").isEqualTo(0, within(1e-4 * LatentOps.squaredNorm(r)));
        // The kept direction is the best one: turning it a little either way explains less of the pair.
        double explained = explained(kept, c, r);
        Latents across = LatentOps.scale(LatentOps.norm(kept) / LatentOps.norm(lost), lost);
        assertThat(explained(LatentOps.addScaled(kept, 0.02, across), c, r)).isLessThan(explained);
        assertThat(explained(LatentOps.addScaled(kept, -0.02, across), c, r)).isLessThan(explained);
    }

    private static double explained(Latents direction, Latents c, Latents r) {
        double along = Math.pow(LatentOps.dot(direction, c), 2) + Math.pow(LatentOps.dot(direction, r), 2);
        return along / LatentOps.squaredNorm(direction);
    }

    @Test
    void thresholdingKeepsTheRangeOfTheMimickedStrength() {
        Latents mimicked = LatentOps.extrapolate(reference, cond, 3);
        Latents guided = guided("threshold(mimic=3) + cfg(w=20)");
        int plane = guided.height() * guided.width();
        for (int channel = 0; channel < guided.channels(); channel++) {
            assertThat(spread(guided, channel * plane, plane)).isLessThanOrEqualTo(2 * reach(mimicked, channel * plane, plane) * (1 + 1e-5));
        }
        assertThat(spread(guided("cfg(w=20)"), 0, plane)).as("it had something to do").isGreaterThan(4 * reach(mimicked, 0, plane));
    }

    private static double spread(Latents x, int start, int count) {
        return IntStream.range(start, start + count).mapToDouble(x::at).max().orElseThrow()
                - IntStream.range(start, start + count).mapToDouble(x::at).min().orElseThrow();
    }

    /// The largest distance from the mean.
    private static double reach(Latents x, int start, int count) {
        double mean = IntStream.range(start, start + count).mapToDouble(x::at).average().orElseThrow();
        return IntStream.range(start, start + count).mapToDouble(i -> Math.abs(x.at(i) - mean)).max().orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 1, 1.2})
    void renormHoldsTheNorm(double limit) {
        Latents plain = guided("cfg(w=15)");
        Latents held = guided("renorm(limit=" + limit + ") + cfg(w=15)");
        assertThat(LatentOps.norm(plain)).isGreaterThan(1.3 * LatentOps.norm(cond));
        assertThat(LatentOps.norm(held)).isEqualTo(limit * LatentOps.norm(cond), within(1e-4));
        assertThat(LatentOps.cosine(held, plain)).isEqualTo(1, within(1e-9));
    }

    @Test
    void renormPerPixelHoldsEveryPixelAndEnlargesNone() {
        Latents plain = guided("cfg(w=15)");
        Latents held = guided("renorm(limit=1,scope=pixel) + cfg(w=15)");
        int plane = held.height() * held.width();
        for (int i = 0; i < plane; i++) {
            assertThat(pixelNorm(held, i)).isLessThanOrEqualTo(Math.min(pixelNorm(cond, i), pixelNorm(plain, i)) * (1 + 1e-5));
        }
    }

    private static double pixelNorm(Latents x, int pixel) {
        double sum = 0;
        for (int i = pixel; i < x.size(); i += x.height() * x.width()) {
            sum += (double) x.at(i) * x.at(i);
        }
        return Math.sqrt(sum);
    }

    @ParameterizedTest
    @ValueSource(strings = {"output", "x0"})
    void energyPreservingGuidanceRestoresTheEnergyOfTheMiddlingValues(String space) {
        Space in = Space.named(space, toy.context(STEP));
        Latents own = in.of(toy.estimate("cond", STEP));
        Latents plain = in.of(toy.evaluate("cfg(w=15)", STEP).value().guided());
        Latents held = in.of(toy.evaluate("ep(space=" + space + ") + cfg(w=15)", STEP).value().guided());
        assertThat(middlingEnergy(plain)).as("there is something to restore").isGreaterThan(1.5 * middlingEnergy(own));
        assertThat(middlingEnergy(held)).isEqualTo(middlingEnergy(own), within(1e-3 * middlingEnergy(own)));
        assertThat(LatentOps.cosine(held, plain)).isEqualTo(1, within(1e-6));
        Latents whole = in.of(toy.evaluate("ep(from=0,to=1,space=" + space + ") + cfg(w=15)", STEP).value().guided());
        assertThat(LatentOps.norm(whole)).isEqualTo(LatentOps.norm(own), within(1e-3 * LatentOps.norm(own)));
        Latents half = in.of(toy.evaluate("ep(amount=0.5,from=0,to=1,space=" + space + ") + cfg(w=15)", STEP).value().guided());
        assertThat(LatentOps.norm(half)).isEqualTo((LatentOps.norm(own) + LatentOps.norm(plain)) / 2, within(1e-3 * LatentOps.norm(own)));
    }

    /// Of 192 values the 45th to 55th per cent are the 86th to the 107th.
    private static double middlingEnergy(Latents y) {
        double[] squares = IntStream.range(0, y.size()).mapToDouble(i -> (double) y.at(i) * y.at(i)).sorted().toArray();
        assertThat(squares).hasSize(192);
        return IntStream.range(85, 107).mapToDouble(i -> squares[i]).average().orElseThrow();
    }

    @Test
    void aSmallestBandOfEnergyIsRefusedUpsideDown() {
        assertThatThrownBy(() -> Toy.stack("ep(from=0.6,to=0.5)")).hasMessageContaining("from at most to");
    }

    @Test
    void epsilonScalingDividesTheNoise() {
        for (Toy world : List.of(toy, Toy.on(Toy.vp(10)), Toy.on(Toy.ve(10)))) {
            Prediction plain = world.evaluate("cfg(w=4)", STEP).value().guided();
            Prediction scaled = world.evaluate("noise_scale(shrink=1.02) + cfg(w=4)", STEP).value().guided();
            assertThat(Toy.distance(scaled.noise(), LatentOps.scale(1 / 1.02, plain.noise()))).isLessThan(1e-5);
            assertThat(Toy.distance(Toy.move(scaled, world.grid.level(STEP)), world.start)).as("consistent with the state").isLessThan(1e-5);
        }
    }

    /// Data N(0, s^2): the noise at x is `sigma*x/(alpha^2*s^2 + sigma^2)`, and cooling divides s^2.
    @ParameterizedTest
    @ValueSource(doubles = {0.5, 0.95, 1.4})
    void coolingIsExactForGaussians(double cool) {
        for (StepGrid grid : List.of(Toy.vp(10), Toy.ve(10), Toy.flow(10))) {
            for (int step = 1; step < 10; step++) {
                Toy world = Toy.on(grid);
                Prediction own = gaussian(world, step, 0.7 * 0.7);
                PolicyStack stack = Toy.stack("noise_scale(shrink=1,cool=" + cool + ",spread=0.7) + cfg(w=1)");
                GuidanceOutcome found = answered(stack.evaluate(world.context(step), stack.begin()), own);
                Prediction expected = gaussian(world, step, 0.7 * 0.7 / cool);
                assertThat(Toy.distance(found.guided().denoised(), expected.denoised())).isLessThan(1e-4);
                double share = Math.min(1, grid.level(step).karrasSigma());
                assertThat(share * Toy.distance(found.guided().noise(), expected.noise())).as("by what it adds to the state").isLessThan(1e-4);
            }
        }
    }

    private static Prediction gaussian(Toy world, int step, double variance) {
        double a = world.grid.level(step).alpha();
        double s = world.grid.level(step).sigma();
        double total = a * a * variance + s * s;
        return new Prediction(LatentOps.scale(a * variance / total, world.start), LatentOps.scale(s / total, world.start));
    }

    private static GuidanceOutcome answered(Evaluation<GuidanceOutcome> evaluation, Prediction answer) {
        if (!(evaluation instanceof Evaluation.Ask<GuidanceOutcome>(var queries, var then))) {
            throw new AssertionError("no question: " + evaluation);
        }
        assertThat(queries).hasSize(1);
        return ((Evaluation.Done<GuidanceOutcome>) then.apply(List.of(answer))).value();
    }

    @Test
    void mahiroLiesBetweenGuidanceAndTheScaledPrompt() {
        Latents plain = guided("cfg(w=4)");
        Latents leap = LatentOps.scale(4, cond);
        Latents found = LatentOps.subtract(guided("mahiro + cfg(w=4)"), plain);
        Latents whole = LatentOps.subtract(leap, plain);
        double share = LatentOps.dot(found, whole) / LatentOps.squaredNorm(whole);
        assertThat(share).isBetween(0.01, 1.0);
        assertThat(Toy.distance(found, LatentOps.scale(share, whole))).isLessThan(1e-5);
        assertThat(Toy.distance(guided("mahiro + cfg(w=1.0001)"), cond)).as("near strength 1 both agree").isLessThan(2e-3);
    }

    @Test
    void frequencyGuidanceWeighsCoarseAndFineApart() {
        Latents coarse = Pyramid.coarse(delta);
        Latents fine = LatentOps.subtract(delta, coarse);
        Latents expected = LatentOps.addScaled(LatentOps.addScaled(cond, 5 * 0.3, coarse), 5 * 1.5, fine);
        assertThat(Toy.distance(guided("fdg(low=0.3,high=1.5) + cfg(w=6)"), expected)).isLessThan(1e-5);
        assertThat(Toy.distance(guided("fdg(low=0.5,high=0.5) + cfg(w=6)"), guided("cfg(w=3.5)"))).isLessThan(1e-5);
    }

    @Test
    void equalFreScaGainsScaleTheStrength() {
        assertThat(Toy.distance(guided("fresca(low=1.5,high=1.5,cutoff=0.4) + cfg(w=4)"), guided("cfg(w=6)"))).isLessThan(1e-5);
        assertThat(Toy.distance(guided("fresca(low=2,high=1,cutoff=1) + cfg(w=4)"), guided("cfg(w=8)"))).as("all is low").isLessThan(1e-5);
        assertThat(Toy.distance(guided("fresca(low=2,high=1,cutoff=0) + cfg(w=4)"), guided("cfg(w=4)"))).as("all is high").isLessThan(1e-5);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.5, 1, 1.5, 2.5})
    void angleGuidanceTurnsAndKeepsTheNorm(double w) {
        double theta = Math.acos(LatentOps.cosine(cond, reference));
        Latents guided = guided("adg(limit=180) + cfg(w=" + w + ")");
        assertThat(LatentOps.norm(guided)).isEqualTo(w == 0 ? LatentOps.norm(guided) : LatentOps.norm(cond), within(1e-4));
        assertThat(Math.acos(LatentOps.cosine(guided, cond))).isEqualTo(Math.abs(w - 1) * theta, within(1e-3));
        assertThat(Math.acos(LatentOps.cosine(guided, reference))).isEqualTo(w * theta, within(1e-3));
    }

    @Test
    void angleGuidanceStopsAtItsLimit() {
        double theta = Math.acos(LatentOps.cosine(cond, reference));
        assertThat(50 * theta).isGreaterThan(Math.toRadians(60));
        assertThat(Math.acos(LatentOps.cosine(guided("adg(limit=20) + cfg(w=51)"), cond))).isEqualTo(Math.toRadians(20), within(1e-4));
    }

    @Test
    void magnitudeAwareGuidanceIsCfgAtADampedWeight() {
        double ratio = LatentOps.norm(delta) / LatentOps.norm(reference);
        double damped = 1 + 9 * Math.exp(-3 * ratio);
        assertThat(Toy.distance(guided("mambo(alpha=3,space=x0) + cfg(w=10)"), guided("cfg(w=" + damped + ")"))).isLessThan(1e-5);
        assertThat(toy.evaluate("mambo(alpha=3,space=x0) + cfg(w=10)", STEP).value().telemetry().effectiveWeight()).isEqualTo(damped, within(1e-3));
    }

    @Test
    void pmcStopsExactlyAtItsNorm() {
        assertThat(LatentOps.norm(guided("pmc(limit=1.05) + cfg(w=15)"))).isEqualTo(1.05 * LatentOps.norm(cond), within(1e-4));
        assertThat(toy.evaluate("pmc(limit=1.05) + cfg(w=15)", STEP).value().telemetry().capHit()).isEqualTo(1);
        assertThat(Toy.distance(guided("pmc(limit=1.5) + cfg(w=1.05)"), guided("cfg(w=1.05)"))).isLessThan(1e-6);
    }

    @Test
    void historyGuidanceActsOnDetailWithinItsWindowOnly() {
        PolicyStack stack = Toy.stack("higs(from=0.3,to=0.6) + cfg(w=3)");
        PolicyState state = stack.begin();
        for (int i = 0; i < 10; i++) {
            GuidanceOutcome plain = toy.evaluate("cfg(w=3)", i).value();
            GuidanceOutcome outcome = toy.run(stack.evaluate(toy.context(i), state)).value();
            state = outcome.next();
            Latents change = LatentOps.subtract(outcome.guided().denoised(), plain.guided().denoised());
            if (i >= 3 && i < 6) {
                assertThat(LatentOps.norm(change)).as("step " + i).isGreaterThan(1e-3);
                assertThat(Math.abs(LatentOps.mean(change))).as("broad shapes stay").isLessThan(0.1 * LatentOps.std(change, 0));
            } else {
                assertThat(LatentOps.norm(change)).as("step " + i).isZero();
            }
        }
    }

    private Latents guided(String policy) {
        return toy.evaluate(policy, STEP).value().guided().denoised();
    }
}
