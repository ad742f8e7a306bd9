package org.lodestar.engine.guidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.model.Query;

class PolicyStackTest {
    private final Toy toy = Toy.on(Toy.vp(6));

    @Test
    void weightOneIsThePromptBitForBitAndAsksOnce() {
        Toy.Answered<GuidanceOutcome> one = toy.evaluate("cfg(w=1)", 2);
        assertThat(one.names()).containsExactly("cond");
        assertThat(one.value().guided()).isEqualTo(estimate("cond", 2));
        assertThat(one.value().reference()).isNull();
        assertThat(one.value().telemetry().guided()).isFalse();
    }

    @Test
    void weightZeroIsTheReferenceBitForBit() {
        Toy.Answered<GuidanceOutcome> zero = toy.evaluate("cfg(w=0)", 2);
        assertThat(zero.value().guided()).isEqualTo(estimate("uncond", 2));
        assertThat(zero.names()).as("the prompt is not paid for").containsExactly("uncond");
        assertThat(zero.value().cond()).isNull();
        assertThat(toy.evaluate("ag + cfg(w=0)", 2).value().guided()).isEqualTo(estimate("uncond", 2));
    }

    @Test
    void cfgCombinesCleanSamplesAndNoisesAlike() {
        Prediction cond = estimate("cond", 2);
        Prediction uncond = estimate("uncond", 2);
        Prediction guided = toy.evaluate("cfg(w=5)", 2).value().guided();
        for (int i = 0; i < guided.denoised().size(); i++) {
            double d = uncond.denoised().at(i) + 5.0 * (cond.denoised().at(i) - uncond.denoised().at(i));
            double n = uncond.noise().at(i) + 5.0 * (cond.noise().at(i) - uncond.noise().at(i));
            assertThat((double) guided.denoised().at(i)).isEqualTo(d, within(1e-5));
            assertThat((double) guided.noise().at(i)).isEqualTo(n, within(1e-5));
        }
    }

    @Test
    void everyStackWithoutItsOwnNoiseKeepsTheStateTogether() {
        for (Toy world : List.of(Toy.on(Toy.vp(6)), Toy.on(Toy.ve(6)), Toy.on(Toy.flow(6)))) {
            for (String policy : List.of("cfg(w=6)", "apg(w=8)", "cfg(w=6) + rescale(phi=0.7)", "apg_diffusers(eta=0)", "ag + apg")) {
                StepContext context = world.context(2);
                Prediction guided = world.evaluate(policy, 2).value().guided();
                Latents together =
                        LatentOps.combine(context.level().alpha(), guided.denoised(), context.level().sigma(), guided.noise());
                assertThat(Toy.distance(together, context.x())).as(policy).isLessThan(1e-5);
            }
        }
    }

    @Test
    void noiseIsTheNetworksOwnMixWhereAlphaIsZero() {
        Toy world = Toy.on(Toy.vp(4, true));
        Prediction guided = world.evaluate("cfg(w=5)", 0).value().guided();
        assertThat(Toy.distance(guided.noise(), world.start)).isLessThan(1e-6);
        assertThat(Toy.distance(world.evaluate("apg(w=5)", 0).value().guided().noise(), world.start)).isLessThan(1e-6);
    }

    @Test
    void everythingIsFiniteAtTheCleanEnd() {
        StepContext clean = toy.context(5, 0, toy.grid.level(6), toy.start);
        for (String policy : List.of("cfg", "apg", "cfgpp", "cfg + rescale", "apg_diffusers", "ag")) {
            PolicyStack stack = Toy.stack(policy);
            Prediction guided = toy.run(stack.evaluate(clean, stack.begin())).value().guided();
            assertThat(LatentOps.isFinite(guided.denoised()) && LatentOps.isFinite(guided.noise())).as(policy).isTrue();
        }
    }

    @Test
    void onlyTheFirstStageOfAStepAdvancesTheState() {
        PolicyStack stack = Toy.stack("apg(w=8,eta=0,r=2,beta=-0.5) + ag(threshold=0)");
        PolicyState begun = stack.begin();
        PolicyState next = toy.run(stack.evaluate(toy.context(0), begun)).value().next();
        assertThat(next).isNotEqualTo(begun);
        StepContext secondStage = toy.context(0, 1, toy.grid.level(1), toy.start);
        GuidanceOutcome second = toy.run(stack.evaluate(secondStage, begun)).value();
        assertThat(second.next()).isEqualTo(begun);
        assertThat(second.telemetry().guided()).as("the latch of this step acts from the next step on").isTrue();
        assertThat(second.telemetry().notes()).isEmpty();
        assertThat(toy.run(stack.evaluate(toy.context(1), next)).value().telemetry().guided()).isFalse();
    }

    @Test
    void textsArePassedOnOnceAndForeignStatesRefused() {
        PolicyStack stack = Toy.stack("cfg");
        assertThat(stack.prompts(Toy.WORDING)).isEmpty();
        assertThatThrownBy(() -> stack.evaluate(toy.context(0), PolicyState.NONE)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> stack.evaluate(toy.context(0), Toy.stack("ag").begin())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void slotsAreChecked() {
        assertThatThrownBy(() -> new PolicyStack(List.of())).hasMessageContaining("weight");
        assertThatThrownBy(() -> new PolicyStack(List.of(new Cfg(2), new Cfg(3)))).hasMessageContaining("STRENGTH");
    }

    @Test
    void telemetryTellsWhatCfgDid() {
        Toy.Answered<GuidanceOutcome> answered = toy.evaluate("cfg(w=4)", 2);
        Telemetry t = answered.value().telemetry();
        Prediction c = estimate("cond", 2);
        Prediction u = estimate("uncond", 2);
        Latents delta = LatentOps.subtract(c.denoised(), u.denoised());
        assertThat(t.guided()).isTrue();
        assertThat(t.branches()).containsExactly("cond", "uncond");
        assertThat(t.weight()).isEqualTo(4);
        assertThat(t.effectiveWeight()).isEqualTo(4);
        assertThat(t.cosineX0()).isEqualTo(LatentOps.cosine(c.denoised(), u.denoised()), within(1e-9));
        assertThat(t.cosineEps()).isEqualTo(LatentOps.cosine(c.noise(), u.noise()), within(1e-9));
        assertThat(t.cosineXMinusEps())
                .isEqualTo(LatentOps.cosine(LatentOps.subtract(toy.start, c.noise()), LatentOps.subtract(toy.start, u.noise())), within(1e-6));
        assertThat(t.differenceNorm()).isEqualTo(LatentOps.norm(delta), within(1e-6));
        assertThat(t.differenceRatio()).isEqualTo(LatentOps.norm(delta) / LatentOps.norm(c.denoised()), within(1e-6));
        double cosine = LatentOps.cosine(delta, c.denoised());
        assertThat(t.parallelShare()).isEqualTo(cosine * cosine, within(1e-9));
        assertThat(t.parallelShare() + t.orthogonalShare()).isEqualTo(1, within(1e-12));
        assertThat(t.momentumNorm()).isNaN();
        assertThat(t.capHit()).isNaN();
        Latents guided = answered.value().guided().denoised();
        assertThat(t.latentMean()).isEqualTo(LatentOps.mean(guided), within(1e-9));
        assertThat(t.latentStd()).isEqualTo(LatentOps.std(guided, 0), within(1e-9));
    }

    @Test
    void effectiveWeightOfAnotherRuleIsMeasured() {
        Toy.Answered<GuidanceOutcome> answered = toy.evaluate("apg(w=9,eta=0,r=3,beta=0)", 2);
        Latents reference = estimate("uncond", 2).denoised();
        Latents delta = LatentOps.subtract(estimate("cond", 2).denoised(), reference);
        Latents moved = LatentOps.subtract(answered.value().guided().denoised(), reference);
        assertThat(answered.value().telemetry().effectiveWeight())
                .isEqualTo(LatentOps.dot(moved, delta) / LatentOps.squaredNorm(delta), within(1e-6));
        assertThat(answered.value().telemetry().capHit()).isEqualTo(1);
        assertThat(answered.value().telemetry().parallelShare()).isLessThan(1e-9);
    }

    @Test
    void aZeroDifferenceIsDefinedEverywhere() {
        Branches same = new Branches() {
            @Override
            public Branch cond() {
                return Toy.branch("cond");
            }

            @Override
            public Branch base() {
                return cond();
            }

            @Override
            public Branch empty() {
                return cond();
            }

            @Override
            public boolean hasNegative() {
                return false;
            }

            @Override
            public Wording wording() {
                return Toy.WORDING;
            }

            @Override
            public Branch prompt(String text) {
                return cond();
            }
        };
        StepContext context = new StepContext(2, 0, toy.grid, toy.grid.level(2), toy.start, toy.parameterization, same, 1, toy.context(2).noise());
        for (String policy : List.of("cfg", "apg", "cfgpp", "cfg + rescale(phi=1)", "apg_diffusers", "ag(threshold=0.5)")) {
            PolicyStack stack = Toy.stack(policy);
            GuidanceOutcome outcome = toy.run(stack.evaluate(context, stack.begin())).value();
            assertThat(Toy.distance(outcome.guided().denoised(), estimate("cond", 2).denoised())).as(policy).isLessThan(1e-6);
            assertThat(outcome.telemetry().differenceNorm()).isZero();
            assertThat(outcome.telemetry().effectiveWeight()).isNaN();
            assertThat(outcome.telemetry().cosineX0()).isEqualTo(1, within(1e-12));
        }
    }

    @Test
    void aZeroStateIsDefinedEverywhere() {
        Latents zero = LatentOps.scale(0, toy.start);
        for (String policy : List.of("cfg", "apg", "cfgpp", "cfg + rescale(phi=1)", "apg_diffusers", "ag(threshold=0.5)")) {
            PolicyStack stack = Toy.stack(policy);
            Prediction nothing = new Prediction(zero, zero);
            Evaluation<GuidanceOutcome> evaluation = stack.evaluate(toy.context(2), stack.begin());
            if (evaluation instanceof Evaluation.Ask<GuidanceOutcome>(List<Query> queries, var then)) {
                GuidanceOutcome outcome = toy.run(then.apply(queries.stream().map(q -> nothing).toList())).value();
                assertThat(LatentOps.isFinite(outcome.guided().denoised())).as(policy).isTrue();
                assertThat(outcome.telemetry().differenceRatio()).isNaN();
                assertThat(outcome.telemetry().cosineX0()).isZero();
            } else {
                throw new AssertionError(policy + " asked nothing");
            }
        }
    }

    @Test
    void saysOnceWhenAndWhyANegativePromptIsSilent() {
        Toy negative = toy.withNegative();
        assertThat(negative.euler("cfg(w=4)").notes()).isEmpty();
        assertThat(negative.euler("cfg(w=1)").notes()).containsExactly("the negative prompt has no effect: the strength is 1");
        assertThat(negative.euler("none").notes()).containsExactly("the negative prompt has no effect: guidance is off at this step");
        assertThat(negative.euler("window(from=0.4) + cfg(w=4)").notes())
                .containsExactly("the negative prompt has no effect: guidance is off at this step", "the negative prompt acts from here on");
        assertThat(negative.euler("negative_window(from=0,to=0.5) + cfg(w=4)").notes())
                .containsExactly("the negative prompt has no effect: guidance compares with something else at this step");
        assertThat(negative.euler("zigzag(lo=0,share=0.5) + cfg(w=1)").notes()).as("it acts on the way back, as long as there is one").containsExactly("the negative prompt has no effect: the strength is 1");
        assertThat(negative.euler("zigzag(lo=0,share=0.5) + cfg(w=1)").outcomes().getFirst().telemetry().notes()).isEmpty();
        assertThat(negative.euler("zigzag(lo=5,net=weak) + cfg(w=1)").outcomes().getFirst().telemetry().notes()).isEmpty();
        assertThat(negative.euler("zigzag(lo=1) + cfg(w=1)").outcomes().getFirst().telemetry().notes()).as("the way back follows the prompt alone").hasSize(1);
        assertThat(toy.euler("none").notes()).as("none was given").isEmpty();
    }

    private Prediction estimate(String branch, int step) {
        return toy.estimate(branch, step);
    }
}
