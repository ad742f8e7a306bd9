package org.lodestar.engine.guidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;

/// Second and third prompts: where they act, in which direction, and at what cost.
class NegativePromptTest {
    private final Toy toy = Toy.on(Toy.vp(10)).withNegative();
    private final Latents cond = toy.estimate("cond", 4).denoised();
    private final Latents negative = toy.estimate("negative", 4).denoised();
    private final Latents empty = toy.estimate("uncond", 4).denoised();
    private final Latents rain = toy.estimate("rain", 4).denoised();

    @Test
    void andAndNotAreOppositePushesFromTheEmptyPrompt() {
        Latents cfg = guided("cfg(w=4)");
        Latents push = LatentOps.scale(3, LatentOps.subtract(rain, empty));
        assertThat(Toy.distance(guided("and(text=rain,w=3) + cfg(w=4)"), LatentOps.add(cfg, push))).isLessThan(1e-6);
        assertThat(Toy.distance(guided("not(text=rain,w=3) + cfg(w=4)"), LatentOps.subtract(cfg, push))).isLessThan(1e-6);
        assertThat(Toy.distance(guided("and(text=rain,w=3) + not(text=rain,w=3) + cfg(w=4)"), cfg)).isLessThan(1e-6);
    }

    @Test
    void composedPromptsCostTheirOwnEvaluationsAndShareTheEmptyOne() {
        assertThat(toy.evaluate("and(text=rain) + not(text=snow) + cfg", 4).names()).containsExactly("cond", "negative", "rain", "uncond", "snow");
        assertThat(Toy.on(Toy.vp(10)).evaluate("and(text=rain) + cfg", 4).names()).containsExactly("cond", "uncond", "rain");
        assertThat(toy.evaluate("and(text=rain) + cfg(w=1)", 4).names()).containsExactly("cond", "rain", "uncond");
        assertThat(Toy.stack("and(text=\" rain \") + not(text=rain) + not").prompts(Toy.WORDING)).containsExactly("rain");
    }

    @Test
    void theNegativeWindowOpensAndClosesByStep() {
        Toy.Path path = toy.euler("negative_window(from=0.2,to=0.5) + cfg(w=4)");
        for (int i = 0; i < 10; i++) {
            String second = path.outcomes().get(i).telemetry().branches().get(1);
            assertThat(second).as("step " + i).isEqualTo(i >= 2 && i < 5 ? "negative" : "uncond");
        }
    }

    @Test
    void perpNegLeavesThePromptsDirectionAlone() {
        Latents direction = LatentOps.subtract(cond, empty);
        Latents plain = LatentOps.subtract(LatentOps.extrapolate(empty, cond, 5), empty);
        Latents found = LatentOps.subtract(guided("perp_neg(beta=1) + cfg(w=5)"), empty);
        assertThat(LatentOps.dot(found, direction)).isEqualTo(LatentOps.dot(plain, direction), within(1e-4 * LatentOps.dot(plain, direction)));
        Latents taken = LatentOps.subtract(plain, found);
        assertThat(LatentOps.dot(taken, LatentOps.subtract(negative, empty))).as("it does take the negative away").isPositive();
        assertThat(Toy.distance(guided("perp_neg(beta=0) + cfg(w=5)"), LatentOps.extrapolate(empty, cond, 5))).isLessThan(1e-6);
    }

    @Test
    void perpNegAlongThePromptTakesNothing() {
        Toy same = Toy.on(Toy.vp(10));
        assertThat(Toy.distance(same.evaluate("perp_neg + cfg(w=5)", 4).value().guided().denoised(), LatentOps.extrapolate(empty, cond, 5)))
                .isLessThan(1e-6);
        assertThat(same.evaluate("perp_neg + cfg(w=5)", 4).names()).containsExactly("cond", "uncond");
    }

    @Test
    void theContrastiveNegativeIsANegatedPromptAtTauZeroAndFadesFromThere() {
        Latents cfg = LatentOps.extrapolate(empty, cond, 5);
        Latents negated = LatentOps.addScaledDifference(cfg, -5, negative, empty);
        assertThat(Toy.distance(guided("contrastive(tau=0) + cfg(w=5)"), negated)).isLessThan(1e-6);
        double previous = Toy.distance(negated, cfg);
        for (String tau : new String[] {"1", "10", "100"}) {
            double now = Toy.distance(guided("contrastive(tau=" + tau + ") + cfg(w=5)"), cfg);
            assertThat(now).isLessThan(previous);
            previous = now;
        }
        assertThat(toy.euler("contrastive(tau=1000) + cfg(w=5)").notes()).anySatisfy(note -> assertThat(note).contains("lets go"));
    }

    @Test
    void aTraitActsOnlyWhereItMattersMost() {
        Latents cfg = guided("cfg(w=4)");
        Latents push = LatentOps.subtract(guided("sega(text=rain,from=0,quantile=0.75,s=5) + cfg(w=4)"), cfg);
        Latents whole = LatentOps.scale(5, LatentOps.subtract(rain, empty));
        int plane = push.height() * push.width();
        for (int channel = 0; channel < push.channels(); channel++) {
            double least = Double.MAX_VALUE;
            double greatestLeft = 0;
            int moved = 0;
            for (int i = channel * plane; i < (channel + 1) * plane; i++) {
                if (Math.abs(push.at(i)) > 1e-4) {
                    moved++;
                    least = Math.min(least, Math.abs(whole.at(i)));
                    assertThat((double) push.at(i)).isEqualTo(whole.at(i), within(1e-4));
                } else {
                    greatestLeft = Math.max(greatestLeft, Math.abs(whole.at(i)));
                }
            }
            assertThat(moved).as("a quarter of the channel").isEqualTo(plane / 4);
            assertThat(least).isGreaterThan(greatestLeft);
        }
        assertThat(Toy.distance(guided("sega(text=rain,from=0,quantile=0,s=3) + cfg(w=4)"), guided("and(text=rain,w=3) + cfg(w=4)"))).as("all of it is AND").isLessThan(1e-5);
        assertThat(Toy.distance(guided("sega(text=rain,from=0,quantile=0,s=3,direction=remove) + cfg(w=4)"), guided("not(text=rain,w=3) + cfg(w=4)"))).isLessThan(1e-5);
    }

    @Test
    void aTraitGathersMomentumWhileItWarmsUp() {
        Latents g = Latents.zeros(4, 6, 8);
        Latents nu = g;
        PolicyStack stack = Toy.stack("sega(text=rain,from=0.5,quantile=0,s=3) + cfg(w=4)");
        PolicyState state = stack.begin();
        for (int i = 0; i < 10; i++) {
            GuidanceOutcome plain = toy.evaluate("cfg(w=4)", i).value();
            GuidanceOutcome outcome = toy.run(stack.evaluate(toy.context(i), state)).value();
            state = outcome.next();
            Latents psi = LatentOps.subtract(toy.estimate("rain", i).noise(), toy.estimate("uncond", i).noise());
            g = LatentOps.combine(3, psi, 0.1, nu);
            nu = LatentOps.combine(0.4, nu, 0.6, g);
            Latents expected = i < 5 ? plain.guided().noise() : LatentOps.add(plain.guided().noise(), g);
            assertThat(Toy.distance(outcome.guided().noise(), expected)).as("step " + i).isLessThan(1e-4);
        }
    }

    private Latents guided(String policy) {
        return toy.evaluate(policy, 4).value().guided().denoised();
    }
}
