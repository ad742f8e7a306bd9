package org.lodestar.engine.guidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.model.Parameterization;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.schedule.NoiseLevel;

/// Policies that ask more than once within a step, and policies that know a concept to keep out.
class AroundAndConceptsTest {
    private final Toy toy = Toy.on(Toy.flow(10)).of(Parameterization.FLOW);

    @Test
    void rectifiedGuidanceAppliesThePushFromHalfAStepAhead() {
        NoiseLevel half = toy.grid.schedule().at((toy.grid.level(4).modelTime() + toy.grid.level(5).modelTime()) / 2);
        Prediction here = toy.estimate("cond", 4);
        Latents ahead = Toy.move(here, half);
        Latents condAhead = velocity(toy.answer(new Query(toy.cond(), ahead, half)));
        Latents uncondAhead = velocity(toy.answer(new Query(toy.empty(), ahead, half)));
        Latents expected = LatentOps.addScaledDifference(velocity(here), 3.5, condAhead, uncondAhead);
        Toy.Answered<GuidanceOutcome> answered = toy.evaluate("rectified + cfg(w=4.5)", 4);
        assertThat(Toy.distance(velocity(answered.value().guided()), expected)).isLessThan(1e-5);
        assertThat(Toy.distance(Toy.move(answered.value().guided(), toy.grid.level(4)), toy.start)).as("consistent with the state").isLessThan(1e-5);
        assertThat(answered.names()).containsExactly("cond", "cond", "uncond");
    }

    @Test
    void rectifiedGuidanceCostsOneMoreAndNothingMoreWhereGuidanceIsOff() {
        assertThat(toy.euler("rectified + cfg(w=4.5)").nfe()).containsOnly(3);
        assertThat(toy.euler("window(from=0.5) + rectified + cfg(w=4.5)").nfe()).startsWith(1, 1, 1, 1, 1, 3);
    }

    @Test
    void zigzagGoesThereAndBackByTheNoiseOfTheWayBack() {
        NoiseLevel here = toy.grid.level(4);
        NoiseLevel next = toy.grid.level(5);
        Latents down = Toy.move(toy.evaluate("cfg(w=5)", 4).value().guided(), next);
        Latents noise = toy.answer(new Query(toy.empty(), down, here)).noise();
        Latents clean = LatentOps.combine(1 / next.alpha(), down, -next.sigma() / next.alpha(), noise);
        Latents up = LatentOps.combine(here.alpha(), clean, here.sigma(), noise);
        PolicyStack cfg = Toy.stack("cfg(w=5)");
        Prediction expected = toy.run(cfg.evaluate(toy.context(4, 0, here, up), cfg.begin())).value().guided();
        Toy.Answered<GuidanceOutcome> answered = toy.evaluate("zigzag(lo=0) + cfg(w=5)", 4);
        assertThat(Toy.distance(answered.value().guided().denoised(), expected.denoised())).isLessThan(1e-4);
        assertThat(answered.names()).containsExactly("cond", "uncond", "uncond", "cond", "uncond");
    }

    @Test
    void theWeakNetMayFindTheWayBack() {
        NoiseLevel here = toy.grid.level(4);
        NoiseLevel next = toy.grid.level(5);
        Latents down = Toy.move(toy.evaluate("cfg(w=5)", 4).value().guided(), next);
        Latents back = toy.answer(new Query(toy.empty().to(Branch.Net.WEAK), down, here)).noise();
        Latents forth = toy.answer(new Query(toy.cond().to(Branch.Net.WEAK), down, here)).noise();
        Latents noise = LatentOps.extrapolate(back, forth, 5);
        Latents clean = LatentOps.combine(1 / next.alpha(), down, -next.sigma() / next.alpha(), noise);
        Latents up = LatentOps.combine(here.alpha(), clean, here.sigma(), noise);
        PolicyStack cfg = Toy.stack("cfg(w=5)");
        Prediction expected = toy.run(cfg.evaluate(toy.context(4, 0, here, up), cfg.begin())).value().guided();
        Toy.Answered<GuidanceOutcome> answered = toy.evaluate("zigzag(lo=5,net=weak) + cfg(w=5)", 4);
        assertThat(Toy.distance(answered.value().guided().denoised(), expected.denoised())).isLessThan(1e-4);
        assertThat(answered.asked().stream().map(query -> query.branch().net()).filter(net -> net == Branch.Net.WEAK)).hasSize(2);
        assertThat(Toy.stack("zigzag(net=weak)").nets()).containsExactlyInAnyOrder(Branch.Net.MAIN, Branch.Net.WEAK);
        assertThat(Toy.stack("zigzag").nets()).containsExactly(Branch.Net.MAIN);
    }

    @Test
    void zigzagCostsWhatItSays() {
        assertThat(toy.euler("zigzag + cfg(w=5)").nfe()).containsExactly(5, 5, 5, 5, 5, 5, 5, 5, 5, 2);
        assertThat(toy.euler("zigzag(lo=0.5,share=0.2) + cfg(w=5)").nfe()).startsWith(6, 6, 2);
        assertThat(toy.euler("zigzag + cfg(w=1)").nfe()).startsWith(3);
    }

    @Test
    void zigzagWithEqualStrengthsApproachesThePlainRunAsStepsShrink() {
        double coarse = zigzagError(10);
        double fine = zigzagError(80);
        assertThat(fine).isLessThan(coarse / 4);
    }

    private static double zigzagError(int steps) {
        Toy world = Toy.on(Toy.vp(steps));
        int middle = steps / 2;
        Latents zigzag = world.evaluate("zigzag(lo=3) + cfg(w=3)", middle).value().guided().denoised();
        return Toy.distance(zigzag, world.evaluate("cfg(w=3)", middle).value().guided().denoised());
    }

    @Test
    void theCompanionFindsTheWayBackFromThePromptAlone() {
        NoiseLevel here = toy.grid.level(4);
        NoiseLevel next = toy.grid.level(5);
        Latents down = Toy.move(toy.evaluate("cfg(w=5)", 4).value().guided(), next);
        Latents cond = toy.answer(new Query(toy.cond(), down, here)).noise();
        Latents guess = toy.answer(new Query(toy.cond().to(Branch.Net.REFLECTED), cond, here)).noise();
        Latents noise = LatentOps.extrapolate(cond, guess, 0.4);
        Latents clean = LatentOps.combine(1 / next.alpha(), down, -next.sigma() / next.alpha(), noise);
        Latents up = LatentOps.combine(here.alpha(), clean, here.sigma(), noise);
        PolicyStack cfg = Toy.stack("cfg(w=5)");
        Prediction expected = toy.run(cfg.evaluate(toy.context(4, 0, here, up), cfg.begin())).value().guided();
        Toy.Answered<GuidanceOutcome> answered = toy.evaluate("zcore(omega=0.4) + cfg(w=5)", 4);
        assertThat(Toy.distance(answered.value().guided().denoised(), expected.denoised())).isLessThan(1e-4);
        assertThat(answered.names()).containsExactly("cond", "uncond", "cond", "reflected", "cond", "uncond");
        assertThat(toy.euler("zcore + cfg(w=5)").nfe()).containsExactly(6, 6, 6, 6, 6, 6, 6, 6, 6, 2);
    }

    @Test
    void withoutStrengthTheWayBackIsThePromptsAndNoCompanionIsNeeded() {
        assertThat(toy.euler("zcore(omega=0) + cfg(w=5)").last()).isEqualTo(toy.euler("zigzag(lo=1) + cfg(w=5)").last());
        assertThat(toy.euler("zcore(omega=0) + cfg(w=5)").nfe()).isEqualTo(toy.euler("zigzag(lo=1) + cfg(w=5)").nfe());
        assertThat(Toy.stack("zcore(omega=0)").nets()).containsExactly(Branch.Net.MAIN);
        assertThat(Toy.stack("zcore").nets()).containsExactlyInAnyOrder(Branch.Net.MAIN, Branch.Net.REFLECTED);
    }

    @Test
    void aStateThatRemembersCountsTheStepOnceInsideAZigzag() {
        PolicyStack stack = Toy.stack("zigzag + apg(w=6,eta=0,r=0,beta=-0.5)");
        PolicyStack plain = Toy.stack("apg(w=6,eta=0,r=0,beta=-0.5)");
        GuidanceOutcome first = toy.run(stack.evaluate(toy.context(3), stack.begin())).value();
        GuidanceOutcome zag = toy.run(plain.evaluate(toy.context(3), plain.begin())).value();
        assertThat(first.telemetry().momentumNorm()).as("the zag starts from the state the step began with")
                .isLessThan(2 * zag.telemetry().momentumNorm());
        assertThat(first.next()).isNotEqualTo(stack.begin());
    }

    @Test
    void erasingTakesTheConceptOutOfTheDifference() {
        Latents empty = toy.estimate("uncond", 4).denoised();
        Latents concept = LatentOps.subtract(toy.estimate("rain", 4).denoised(), empty);
        Latents before = LatentOps.subtract(guided("cfg(w=5)"), empty);
        Latents after = LatentOps.subtract(guided("erase(concept=rain) + cfg(w=5)"), empty);
        double had = LatentOps.dot(before, concept);
        assertThat(had).as("this world has the concept").isPositive();
        assertThat(LatentOps.dot(after, concept)).isEqualTo(0, within(1e-4 * had));
    }

    @Test
    void erasingPutsAsMuchOfTheReplacementInAsItTookOut() {
        Latents empty = toy.estimate("uncond", 4).denoised();
        Latents concept = LatentOps.subtract(toy.estimate("rain", 4).denoised(), empty);
        Latents replacement = LatentOps.subtract(toy.estimate("sun", 4).denoised(), empty);
        Latents without = guided("erase(concept=rain) + cfg(w=5)");
        double k = LatentOps.dot(LatentOps.subtract(toy.estimate("cond", 4).denoised(), empty), concept) / LatentOps.squaredNorm(concept);
        assertThat(Toy.distance(guided("erase(concept=rain,instead=sun) + cfg(w=5)"), LatentOps.addScaled(without, 5 * k, replacement))).isLessThan(1e-5);
        assertThat(toy.evaluate("erase(concept=rain,instead=sun) + cfg(w=5)", 4).names()).containsExactly("cond", "uncond", "rain", "sun");
    }

    @Test
    void theSafetyTermPushesAwayFromTheConceptEntryByEntry() {
        Toy world = Toy.on(Toy.vp(10));
        Prediction cond = world.estimate("cond", 4);
        Prediction uncond = world.estimate("uncond", 4);
        Prediction unwanted = world.estimate("rain", 4);
        Prediction found = world.evaluate("sld(text=rain,level=max) + cfg(w=5)", 4).value().guided();
        for (int i = 0; i < cond.noise().size(); i++) {
            double apart = (double) cond.noise().at(i) - unwanted.noise().at(i);
            double mu = apart < 1 ? Math.min(1, 5000 * Math.abs(apart)) : 0;
            double safety = mu * (unwanted.noise().at(i) - uncond.noise().at(i));
            double expected = uncond.noise().at(i) + 5.0 * (cond.noise().at(i) - uncond.noise().at(i) - safety);
            assertThat((double) found.noise().at(i)).isEqualTo(expected, within(1e-4));
        }
    }

    @Test
    void theSafetyTermWarmsUpAndGathersMomentumMeanwhile() {
        Toy world = Toy.on(Toy.vp(20));
        PolicyStack stack = Toy.stack("sld(text=rain,level=medium) + cfg(w=5)");
        PolicyState state = stack.begin();
        for (int i = 0; i < 14; i++) {
            GuidanceOutcome outcome = toy.run(stack.evaluate(world.context(i), state)).value();
            state = outcome.next();
            double distance = Toy.distance(outcome.guided().denoised(), world.evaluate("cfg(w=5)", i).value().guided().denoised());
            assertThat(distance > 1e-3).as("step " + i).isEqualTo(i >= 10);
            assertThat(outcome.telemetry().momentumNorm()).isPositive();
        }
    }

    @Test
    void twoModelsBlendInProportion() {
        Latents own = toy.estimate("cond", 4).denoised();
        Latents other = toy.answer(new Query(toy.cond().to(Branch.Net.SECOND), toy.start, toy.grid.level(4))).denoised();
        assertThat(Toy.distance(guided("blend(share=0.3) + cfg(w=1)"), LatentOps.combine(0.7, own, 0.3, other))).isLessThan(1e-6);
        assertThat(Toy.distance(guided("blend(share=1) + cfg(w=1)"), other)).isLessThan(1e-6);
        assertThat(Toy.stack("blend").nets()).containsExactlyInAnyOrder(Branch.Net.MAIN, Branch.Net.SECOND);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cfg(w=4)", "apg", "and(text=rain,w=2) + cfg(w=4)", "zigzag + cfg(w=4)", "shifted_time + cfg(w=3)", "interval(lo=0.2,hi=1) + cfg(w=4)", "sld(text=rain) + cfg"})
    void mixedWeightsAnswerForEveryBranchOfTheStack(String rest) {
        for (int step = 0; step < 9; step++) {
            List<Branch> asked = toy.withNegative().evaluate("weights(share=0.3) + " + rest, step).asked().stream().map(Query::branch).toList();
            List<Branch> plain = toy.withNegative().evaluate(rest, step).asked().stream().map(Query::branch).toList();
            assertThat(asked).extracting(Branch::name).isEqualTo(plain.stream().map(Branch::name).toList());
            assertThat(asked).extracting(Branch::net).containsOnly(Branch.Net.MIXED);
            assertThat(asked).allSatisfy(branch -> assertThat(Objects.requireNonNull(branch.conditioning().tensors().get(Conditioning.SHARE)).at(0)).isEqualTo(0.3f));
        }
    }

    @Test
    void mixedWeightsEndAtTheSecondNetItself() {
        List<Query> asked = toy.evaluate("weights(share=1) + cfg(w=4)", 4).asked();
        assertThat(asked).extracting(Query::branch).containsExactly(toy.cond().to(Branch.Net.SECOND), toy.empty().to(Branch.Net.SECOND));
        assertThat(Toy.stack("weights(share=1)").nets()).contains(Branch.Net.SECOND).doesNotContain(Branch.Net.MIXED);
        assertThat(Toy.stack("weights(share=0.5)").nets()).contains(Branch.Net.MIXED);
        Latents first = guided("cfg(w=4)");
        Latents second = guided("weights(share=1) + cfg(w=4)");
        assertThat(Toy.distance(guided("weights(share=0.3) + cfg(w=4)"), LatentOps.extrapolate(first, second, 0.3))).as("this world is linear").isLessThan(1e-5);
    }

    @Test
    void aNegativePromptActsOnMixedWeightsToo() {
        assertThat(toy.withNegative().euler("weights(share=0.3) + cfg(w=4)").notes()).isEmpty();
    }

    @Test
    void anErasedNetAnswersForThePromptAlone() {
        Latents own = toy.estimate("cond", 4).denoised();
        Latents erased = toy.answer(new Query(toy.cond().to(Branch.Net.ERASED), toy.start, toy.grid.level(4))).denoised();
        Latents empty = toy.estimate("uncond", 4).denoised();
        assertThat(guided("erased(strength=0) + cfg(w=4)")).isEqualTo(guided("cfg(w=4)"));
        assertThat(guided("erased(strength=1) + cfg(w=1)")).isEqualTo(erased);
        assertThat(Toy.distance(guided("erased(strength=1) + cfg(w=4)"), LatentOps.extrapolate(empty, erased, 4))).isLessThan(1e-5);
        assertThat(Toy.distance(guided("erased(strength=0.3) + cfg(w=4)"), LatentOps.extrapolate(empty, LatentOps.combine(0.7, own, 0.3, erased), 4))).isLessThan(1e-5);
    }

    @Test
    void anErasedNetActsWhereGuidanceIsOffToo() {
        Latents erased = toy.answer(new Query(toy.cond().to(Branch.Net.ERASED), toy.start, toy.grid.level(4))).denoised();
        assertThat(guided("interval(lo=0,hi=0.0001) + erased(strength=1) + cfg(w=4)")).isEqualTo(erased);
    }

    @Test
    void anErasedNetCostsAnEvaluationOnlyWhereBothAnswer() {
        assertThat(toy.evaluate("erased(strength=1) + cfg(w=4)", 4).asked()).extracting(query -> query.branch().net()).containsExactly(Branch.Net.ERASED, Branch.Net.MAIN);
        assertThat(toy.evaluate("erased(strength=0.5) + cfg(w=4)", 4).asked()).hasSize(3);
        assertThat(toy.evaluate("erased(strength=0) + cfg(w=4)", 4).asked()).hasSize(2);
        assertThat(Toy.stack("erased").nets()).containsExactlyInAnyOrder(Branch.Net.MAIN, Branch.Net.ERASED);
        assertThat(Toy.stack("erased(strength=0)").nets()).containsExactly(Branch.Net.MAIN);
    }

    @Test
    void whatReplacesThePromptReplacesItInEveryLook() {
        for (String around : List.of("rectified", "zigzag(lo=1)", "zigzag(lo=0.5)", "zcore(omega=0)", "zcore")) {
            List<Query> asked = toy.evaluate(around + " + erased(strength=1) + cfg(w=4)", 4).asked();
            assertThat(asked).as(around).extracting(Query::branch).doesNotContain(toy.cond());
            assertThat(asked).as(around).anySatisfy(query -> assertThat(query.branch().net()).isEqualTo(Branch.Net.ERASED));
        }
        Latents erased = toy.answer(new Query(toy.cond().to(Branch.Net.ERASED), toy.start, toy.grid.level(4))).denoised();
        assertThat(Toy.distance(guided("rectified + erased(strength=1) + cfg(w=1)"), erased)).isLessThan(1e-5);
        Latents half = LatentOps.combine(0.5, toy.estimate("cond", 4).denoised(), 0.5, erased);
        assertThat(Toy.distance(guided("rectified + erased(strength=0.5) + cfg(w=1)"), half)).as("also where two answers make it").isLessThan(1e-5);
    }

    @Test
    void aWayBackByTheWeakNetKnowsTheReplacedPrompt() {
        List<Query> asked = toy.evaluate("zigzag(lo=1,net=weak) + guardian(safe=sun,m=1) + cfg(w=4)", 4).asked();
        assertThat(asked.stream().map(Query::branch).filter(branch -> branch.net() == Branch.Net.WEAK)).singleElement().satisfies(branch ->
                assertThat(branch.conditioning().text()).isEqualTo("sun"));
    }

    private Latents guided(String policy) {
        return toy.evaluate(policy, 4).value().guided().denoised();
    }

    private static Latents velocity(Prediction prediction) {
        return LatentOps.subtract(prediction.noise(), prediction.denoised());
    }
}
