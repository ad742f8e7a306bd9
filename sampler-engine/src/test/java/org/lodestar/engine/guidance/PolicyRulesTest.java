package org.lodestar.engine.guidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Parameterization;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.schedule.NoiseLevel;

/// What each policy promises: its neutral setting, the equalities that its formula implies, and the network evaluations it spends.
class PolicyRulesTest {
    private static final List<Toy> WORLDS = List.of(Toy.on(Toy.vp(8)), Toy.on(Toy.ve(8)), Toy.on(Toy.flow(8)), Toy.on(Toy.vp(8, true)));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "apg(w=6,eta=1,r=0,beta=0)",
                "apg_diffusers(w=6,eta=1,r=0,beta=0)",
                "apg_diffusers(w=6,eta=1,r=0,beta=0,from=prompt)",
                "apg_comfyui(w=5,eta=1,r=0,beta=0)",
                "cfg(w=6) + rescale(phi=0)",
                "cfg(w=6) + rescale(phi=0,space=x0)",
                "interval(lo=0,hi=1000) + cfg(w=6)",
                "ag(threshold=1.01) + cfg(w=6)",
                "ag(threshold=1.01,space=eps) + cfg(w=6)",
                "window(from=0,to=1) + cfg(w=6)",
                "step_ag(fraction=1) + cfg(w=6)",
                "curve(shape=flat) + cfg(w=6)",
                "curve(shape=points,points=\"0:1 0.4:1\") + cfg(w=6)",
                "negative_window + cfg(w=6)",
                "perp_neg + cfg(w=6)",
                "contrastive + cfg(w=6)",
                "and(text=\"\",w=5) + cfg(w=6)",
                "not(text=rain,w=0) + cfg(w=6)",
                "zero_star(scale=false,zero=0) + cfg(w=6)",
                "threshold(mimic=6) + cfg(w=6)",
                "renorm(limit=10) + cfg(w=6)",
                "fdg(low=1,high=1) + cfg(w=6)",
                "fresca(low=1,high=1) + cfg(w=6)",
                "mambo(alpha=0) + cfg(w=6)",
                "pmc(limit=10) + cfg(w=6)",
                "higs(w=0) + cfg(w=6)",
                "reuse(every=1) + cfg(w=6)",
                "reuse(every=1,boost=0.5) + cfg(w=6)",
                "gfcg(w=1,beside=instead) + cfg(w=6)",
                "gfcg(from=1,beside=instead) + cfg(w=6)",
                "power(gamma=0) + cfg(w=6)",
                "vags(kappa=0) + cfg(w=6)",
                "smc(k=0) + cfg(w=6)",
                "ep(amount=0) + cfg(w=6)",
                "ep(amount=0,space=x0) + cfg(w=6)",
                "noise_scale(shrink=1,cool=1) + cfg(w=6)",
                "sega(text=\"\") + cfg(w=6)",
                "sega(text=rain,s=0) + cfg(w=6)",
                "curve(shape=exponential,rate=0) + cfg(w=6)",
                "zigzag(share=0) + cfg(w=6)",
                "zigzag(share=0,net=weak) + cfg(w=6)",
                "zcore(share=0) + cfg(w=6)",
                "cads(s=0) + cfg(w=6)",
                "cads(tau1=1) + cfg(w=6)",
                "autoguidance(share=0) + cfg(w=6)",
                "perturbed(s=0) + cfg(w=6)",
                "sliding(s=0) + cfg(w=6)",
                "sliding(share=1) + cfg(w=6)",
                "perturbed(s=0,against=reference) + cfg(w=6)",
                "perturbed(from=0.5,to=0.5) + cfg(w=6)",
                "sld(text=\"\") + cfg(w=6)",
                "erase + cfg(w=6)",
                "linear_ag + cfg(w=6)",
                "table(steps=6)",
                "guardian(safe=sun,m=0) + cfg(w=6)",
                "guardian(safe=\"\",m=1,form=score) + cfg(w=6)",
                "blend(share=0) + cfg(w=6)",
                "weights(share=0) + cfg(w=6)",
                "core2(omega=1,until=1) + cfg(w=6)",
                "core2_affine(omega=2,until=0.5) + cfg(w=6)",
                "core2_affine(fit=\"model 0123456789abcdef, sampler euler, spacing trailing, 8 steps, w 6, 64x48; 0: 2 0; 5: 3 1\",omega=1,until=1) + cfg(w=6)"
            })
    void neutralSettingsEqualCfg(String policy) {
        for (Toy world : WORLDS) {
            for (Parameterization parameterization : Parameterization.values()) {
                if (parameterization == Parameterization.EPS && world.grid.level(0).alpha() == 0) {
                    continue; // a net that predicts noise knows nothing of the clean sample there
                }
                Toy toy = world.of(parameterization);
                assertSame(policy, toy, toy.euler(policy).outcomes(), toy.euler("cfg(w=6)").outcomes());
                assertThat(toy.euler(policy).totalNfe()).isEqualTo(16);
            }
        }
    }

    @Test
    void comfyUisApgIsOneUnitStronger() {
        for (Toy toy : WORLDS) {
            assertSame("apg_comfyui", toy, toy.euler("apg_comfyui(w=5,eta=0.3,r=0.7,beta=-0.5)").outcomes(), toy.euler("apg(w=6,eta=0.3,r=0.7,beta=-0.5)").outcomes());
        }
    }

    @Test
    void oneEvaluationWithoutGuidance() {
        for (Toy toy : WORLDS) {
            Toy.Path none = toy.euler("none");
            assertThat(none.nfe()).containsOnly(1);
            assertThat(none.last()).isEqualTo(toy.euler("cfg(w=1)").last());
            assertThat(none.last()).isEqualTo(toy.euler("apg(w=1)").last());
            assertThat(none.last()).isEqualTo(toy.euler("cfg(w=1) + rescale(phi=1)").last());
        }
    }

    @Test
    void intervalGuidesWhereItsStepsBeginInside() {
        Toy toy = Toy.on(Toy.ve(8));
        double hi = toy.grid.level(2).karrasSigma();
        double lo = toy.grid.level(5).karrasSigma();
        Toy.Path path = toy.euler("interval(lo=" + lo + ",hi=" + hi + ") + cfg(w=6)");
        assertThat(path.nfe()).as("lower bound excluded, upper included").containsExactly(1, 1, 2, 2, 2, 1, 1, 1);
    }

    @Test
    void allStagesOfAStepShareTheIntervalsDecision() {
        Toy toy = Toy.on(Toy.ve(8));
        PolicyStack stack = Toy.stack("interval(lo=" + toy.grid.level(4).karrasSigma() + ") + cfg");
        StepContext secondStage = toy.context(3, 1, toy.grid.level(4), toy.start);
        assertThat(toy.run(stack.evaluate(secondStage, stack.begin())).names()).containsExactly("cond", "uncond");
    }

    @Test
    void intervalWithoutUpperBoundGuidesPureNoise() {
        Toy toy = Toy.on(Toy.vp(4, true));
        assertThat(toy.grid.level(0).karrasSigma()).isInfinite();
        assertThat(toy.euler("interval + cfg(w=3)").nfe()).containsOnly(2);
        assertThat(toy.euler("interval(hi=999) + cfg(w=3)").nfe()).startsWith(1, 2);
    }

    @Test
    void adaptiveGuidanceLatchesOnceAndForAll() {
        Toy toy = Toy.on(Toy.vp(8));
        List<GuidanceOutcome> cfg = toy.euler("cfg(w=4)").outcomes();
        double threshold = cfg.get(3).telemetry().cosineX0() - 1e-9;
        int firstAligned = 0;
        while (cfg.get(firstAligned).telemetry().cosineX0() < threshold) {
            firstAligned++;
        }
        Toy.Path path = toy.euler("ag(threshold=" + threshold + ") + cfg(w=4)");
        for (int i = 0; i < 8; i++) {
            assertThat(path.nfe().get(i)).as("step " + i).isEqualTo(i <= firstAligned ? 2 : 1);
        }
        assertThat(path.notes()).hasSize(1);
        assertThat(path.outcomes().get(firstAligned).guided()).isEqualTo(cfg.get(firstAligned).guided());
    }

    @ParameterizedTest
    @ValueSource(strings = {"x0", "eps", "x-eps"})
    void adaptiveGuidanceComparesInTheChosenSpace(String space) {
        Toy toy = Toy.on(Toy.vp(8));
        Telemetry first = toy.evaluate("cfg(w=4)", 0).value().telemetry();
        double cosine = switch (space) {
            case "eps" -> first.cosineEps();
            case "x-eps" -> first.cosineXMinusEps();
            default -> first.cosineX0();
        };
        assertThat(toy.euler("ag(threshold=" + (cosine - 1e-7) + ",space=" + space + ") + cfg(w=4)").nfe()).startsWith(2, 1);
        assertThat(toy.euler("ag(threshold=" + (cosine + 1e-7) + ",space=" + space + ") + cfg(w=4)").nfe()).startsWith(2, 2);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.2, 0.5, 0.8, 1})
    void aCalibratedThresholdStopsWhereTheRecordingSays(double fraction) {
        for (Toy toy : List.of(Toy.on(Toy.vp(20)), Toy.on(Toy.flow(20)))) {
            for (String space : List.of("x0", "eps", "x-eps")) {
                List<Telemetry> recorded = toy.euler("cfg(w=3)").outcomes().stream().map(GuidanceOutcome::telemetry).toList();
                AdaptiveGuidance.Calibration found = AdaptiveGuidance.calibrate(recorded, fraction, space);
                Toy.Path path = toy.euler("ag(threshold=" + found.threshold() + ",space=" + space + ") + cfg(w=3)");
                assertThat(path.totalNfe()).as(space).isEqualTo(20 + found.guidedSteps());
            }
        }
        List<Telemetry> rising = Toy.on(Toy.vp(20)).euler("cfg(w=3)").outcomes().stream().map(GuidanceOutcome::telemetry).toList();
        long heights = IntStream.range(1, 20).filter(i -> rising.get(i).cosineX0() > rising.get(i - 1).cosineX0()).count();
        assertThat(heights).as("the world aligns on the way, so that there is a choice").isGreaterThan(5);
    }

    @Test
    void apgWithoutParallelPartMovesAcrossThePromptsEstimate() {
        for (Toy toy : WORLDS) {
            for (GuidanceOutcome outcome : toy.euler("apg(w=12,eta=0,r=3,beta=-0.5)").outcomes()) {
                Latents cond = condOf(outcome).denoised();
                Latents push = LatentOps.subtract(outcome.guided().denoised(), cond);
                assertThat(Math.abs(LatentOps.dot(push, cond))).isLessThan(1e-5 * LatentOps.norm(push) * LatentOps.norm(cond) + 1e-9);
            }
        }
    }

    @Test
    void apgAccumulatesThenCapsThenProjects() {
        Toy toy = Toy.on(Toy.vp(8));
        double w = 9;
        double eta = 0.3;
        double r = 2.5;
        double beta = -0.75;
        double[] m = new double[toy.start.size()];
        for (GuidanceOutcome outcome : toy.euler("apg(w=9,eta=0.3,r=2.5,beta=-0.75)").outcomes()) {
            Latents c = condOf(outcome).denoised();
            Latents u = referenceOf(outcome).denoised();
            double norm = 0;
            double cc = 0;
            double mc = 0;
            for (int i = 0; i < m.length; i++) {
                m[i] = (double) c.at(i) - u.at(i) + beta * m[i];
                norm += m[i] * m[i];
                cc += (double) c.at(i) * c.at(i);
                mc += m[i] * c.at(i);
            }
            double cap = Math.min(1, r / Math.sqrt(norm));
            assertThat(outcome.telemetry().momentumNorm()).isEqualTo(Math.sqrt(norm), within(1e-5));
            assertThat(outcome.telemetry().capHit()).isEqualTo(cap < 1 ? 1 : 0);
            for (int i = 0; i < m.length; i++) {
                double parallel = cap * mc / cc * c.at(i);
                double g = cap * m[i] - parallel + eta * parallel;
                assertThat((double) outcome.guided().denoised().at(i)).isEqualTo(c.at(i) + (w - 1) * g, within(2e-5));
            }
        }
    }

    @Test
    void aRelativeCapIsAnAbsoluteOneScaledToTheSize() {
        for (int side : new int[] {4, 8, 16}) {
            Toy toy = Toy.on(Toy.vp(8)).sized(4, side, side);
            Latents relative = toy.evaluate("apg(w=9,r=20,cap=relative)", 3).value().guided().denoised();
            Latents absolute = toy.evaluate("apg(w=9,r=" + 20 * side / 64.0 + ")", 3).value().guided().denoised();
            assertThat(relative).isEqualTo(absolute);
        }
    }

    @Test
    void apgMomentumRestsWhileGuidanceIsOff() {
        Toy toy = Toy.on(Toy.ve(8));
        String open = "apg(w=9,eta=0,r=0,beta=-0.5)";
        String gap = "interval(lo=0,hi=" + toy.grid.level(2).karrasSigma() + ") + " + open;
        PolicyStack stack = Toy.stack(gap);
        PolicyState begun = stack.begin();
        assertThat(toy.run(stack.evaluate(toy.context(0), begun)).value().next()).isEqualTo(begun);
    }

    @Test
    void cfgPlusPlusStepEqualsACfgStepOfItsEffectiveWeight() {
        for (Toy toy : WORLDS) {
            for (int i = 0; i < toy.grid.steps(); i++) {
                NoiseLevel here = toy.grid.level(i);
                NoiseLevel next = toy.grid.level(i + 1);
                double lambda = 0.6;
                double w = lambda * next.alpha() * here.sigma() / (next.alpha() * here.sigma() - next.sigma() * here.alpha());
                Latents plusPlus = Toy.move(toy.evaluate("cfgpp(w=0.6)", i).value().guided(), next);
                Latents cfg = Toy.move(toy.evaluate("cfg(w=" + w + ")", i).value().guided(), next);
                assertThat(Toy.distance(plusPlus, cfg)).as("step " + i).isLessThan(1e-5);
            }
        }
    }

    @Test
    void cfgPlusPlusNeedsTheReferenceEvenAtOneAndUsesItsNoise() {
        Toy toy = Toy.on(Toy.vp(8));
        Toy.Answered<GuidanceOutcome> answered = toy.evaluate("cfgpp(w=1)", 3);
        assertThat(answered.names()).containsExactly("cond", "uncond");
        assertThat(answered.value().guided().denoised()).isEqualTo(condOf(answered.value()).denoised());
        assertThat(answered.value().guided().noise()).isEqualTo(referenceOf(answered.value()).noise());
    }

    @Test
    void cfgPlusPlusFallsBackToThePromptsNoiseWhereGuidanceIsOff() {
        Toy toy = Toy.on(Toy.ve(8));
        Toy.Answered<GuidanceOutcome> answered = toy.evaluate("interval(hi=0.01) + cfgpp", 0);
        assertThat(answered.names()).containsExactly("cond");
        assertThat(answered.value().guided()).isEqualTo(condOf(answered.value()));
    }

    @Test
    void cfgPlusPlusRenoisesWithThePromptOnceGuidanceHasStopped() {
        Toy.Path path = Toy.on(Toy.vp(8)).euler("ag(threshold=0) + cfgpp");
        assertThat(path.nfe()).containsExactly(2, 1, 1, 1, 1, 1, 1, 1);
        for (GuidanceOutcome outcome : path.outcomes().subList(1, 8)) {
            assertThat(outcome.guided()).isEqualTo(condOf(outcome));
        }
    }

    @Test
    void fullRescaleGivesTheSpreadOfThePromptsOwnOutput() {
        for (Toy world : WORLDS) {
            for (Parameterization parameterization : Parameterization.values()) {
                Toy toy = world.of(parameterization);
                for (int step = 1; step < 8; step++) {
                    GuidanceOutcome output = toy.evaluate("cfg(w=8) + rescale(phi=1)", step).value();
                    StepContext context = toy.context(step);
                    double wanted = LatentOps.std(Space.named("output", context).of(condOf(output)), 1);
                    assertThat(LatentOps.std(Space.named("output", context).of(output.guided()), 1)).isEqualTo(wanted, within(1e-4 * wanted));
                    GuidanceOutcome clean = toy.evaluate("cfg(w=8) + rescale(phi=1,space=x0)", step).value();
                    double cleanWanted = LatentOps.std(condOf(clean).denoised(), 1);
                    assertThat(LatentOps.std(clean.guided().denoised(), 1)).isEqualTo(cleanWanted, within(1e-5 * cleanWanted));
                }
            }
        }
    }

    @Test
    void theNegativePromptTakesTheReferencesPlace() {
        Toy toy = Toy.on(Toy.vp(8)).withNegative();
        Toy.Answered<GuidanceOutcome> answered = toy.evaluate("cfg(w=4)", 3);
        assertThat(answered.names()).containsExactly("cond", "negative");
        assertThat(answered.value().reference()).isEqualTo(toy.answer(new Query(Toy.branch("negative"), toy.start, toy.grid.level(3))));
    }

    private static Prediction condOf(GuidanceOutcome outcome) {
        return java.util.Objects.requireNonNull(outcome.cond());
    }

    private static Prediction referenceOf(GuidanceOutcome outcome) {
        return java.util.Objects.requireNonNull(outcome.reference());
    }

    /// To float rounding (1e-5) of the largest value; noises by what they contribute to the state, `sigma*n`, since at little noise the clean sample's last bit is many bits of them.
    private static void assertSame(String what, Toy toy, List<GuidanceOutcome> found, List<GuidanceOutcome> expected) {
        for (int i = 0; i < expected.size(); i++) {
            NoiseLevel level = toy.grid.level(i);
            Prediction a = found.get(i).guided();
            Prediction b = expected.get(i).guided();
            assertThat(Toy.distance(a.denoised(), b.denoised())).as(what + ", step " + i).isLessThan(1e-5);
            double share = Math.min(1, level.sigma() / level.alpha());
            assertThat(share * Toy.distance(a.noise(), b.noise())).as(what + ", noise of step " + i).isLessThan(1e-5);
        }
    }
}
