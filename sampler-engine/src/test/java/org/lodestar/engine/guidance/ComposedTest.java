package org.lodestar.engine.guidance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.prompt.Composition;
import org.lodestar.engine.prompt.Dialect;

class ComposedTest {
    private final Toy toy = Toy.on(Toy.vp(8)).withNegative();

    private GuidanceOutcome guided(String prompt, String policy) {
        PolicyStack stack = Toy.stack(policy).with(new Composed(Composition.parse(prompt, Dialect.A1111)));
        return toy.run(stack.evaluate(toy.context(4), stack.begin())).value();
    }

    @Test
    void eachPromptPushesAwayFromTheNegativeOneByItsWeight() {
        Latents base = toy.estimate("negative", 4).denoised();
        Latents expected = base;
        double[] weights = {0.7, 1, -0.4};
        String[] prompts = {"cond", "sun", "rain"};
        for (int i = 0; i < prompts.length; i++) {
            expected = LatentOps.addScaledDifference(expected, 5 * weights[i], toy.estimate(prompts[i], 4).denoised(), base);
        }
        GuidanceOutcome found = guided("cond:0.7 AND sun AND rain:-0.4", "cfg(w=5)");
        assertThat(Toy.distance(found.guided().denoised(), expected)).isLessThan(1e-5);
        assertThat(found.telemetry().branches()).containsExactly("cond", "negative", "sun", "rain");
        assertThat(Toy.distance(Toy.move(found.guided(), toy.grid.level(4)), toy.start)).as("consistent with the state").isLessThan(1e-5);
    }

    @Test
    void halvesOfOnePromptAreThatPrompt() {
        assertThat(Toy.distance(guided("cond:0.5 AND cond:0.5", "apg(w=6)").guided().denoised(), toy.evaluate("apg(w=6)", 4).value().guided().denoised())).isLessThan(1e-5);
    }

    @Test
    void theCompositionHoldsWhereGuidanceIsOff() {
        Latents base = toy.estimate("negative", 4).denoised();
        Latents both = LatentOps.addScaledDifference(toy.estimate("cond", 4).denoised(), 1, toy.estimate("sun", 4).denoised(), base);
        assertThat(Toy.distance(guided("cond AND sun", "none").guided().denoised(), both)).isLessThan(1e-5);
        assertThat(guided("cond AND sun", "none").telemetry().branches()).isEqualTo(List.of("cond", "negative", "sun"));
    }
}
