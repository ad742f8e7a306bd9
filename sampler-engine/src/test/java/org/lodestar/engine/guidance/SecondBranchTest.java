package org.lodestar.engine.guidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.latent.Pyramid;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.schedule.NoiseLevel;

/// What guidance compares with: reused, unrelated, mistimed, weaker and disturbed second branches, and a blurred first one.
class SecondBranchTest {
    private final Toy toy = Toy.on(Toy.vp(12));

    @Test
    void theDifferenceIsWorkedOutAtEveryKthStepAndKeptInBetween() {
        Toy.Path path = toy.euler("reuse(every=4) + cfg(w=5)");
        assertThat(path.nfe()).containsExactly(2, 1, 1, 1, 2, 1, 1, 1, 2, 1, 1, 1);
        for (int i = 0; i < 12; i++) {
            Latents difference = difference(path.outcomes().get(i));
            Latents fresh = difference(path.outcomes().get(i - i % 4));
            assertThat(Toy.distance(difference, fresh)).as("step " + i).isLessThan(2e-6);
        }
        assertThat(toy.withNegative().euler("reuse(every=4) + cfg(w=5)").notes()).as("the negative acts all along").isEmpty();
    }

    @Test
    void aReusedDifferenceGrowsFirstInBroadShapesAndThenInDetail() {
        Toy.Path path = toy.euler("reuse(every=4,boost=0.3) + cfg(w=5)");
        for (int i = 0; i < 12; i++) {
            Latents fresh = difference(path.outcomes().get(i - i % 4));
            Latents coarse = Pyramid.coarse(fresh);
            Latents band = i % 4 == 0 ? LatentOps.scale(0, fresh) : i < 6 ? coarse : LatentOps.subtract(fresh, coarse);
            assertThat(Toy.distance(difference(path.outcomes().get(i)), LatentOps.addScaled(fresh, 0.3, band))).as("step " + i).isLessThan(1e-5);
        }
    }

    @Test
    void aReusedReferenceIsAConsistentEstimate() {
        Toy.Path path = toy.euler("reuse(every=4) + cfgpp(w=0.6)");
        for (int i = 0; i < 12; i++) {
            GuidanceOutcome outcome = path.outcomes().get(i);
            NoiseLevel level = toy.grid.level(i);
            Latents byCond = Toy.move(Objects.requireNonNull(outcome.cond()), level);
            Latents byReference = Toy.move(Objects.requireNonNull(outcome.reference()), level);
            assertThat(Toy.distance(byReference, byCond)).as("step " + i).isLessThan(1e-5);
        }
    }

    @Test
    void unrelatedPromptsAreDrawnByStepAndRepeat() {
        Set<String> drawn = new HashSet<>();
        for (int i = 0; i < 12; i++) {
            List<String> names = toy.evaluate("icg(prompts=\"spoon | bus | sea\") + cfg(w=3)", i).names();
            assertThat(names.getFirst()).isEqualTo("cond");
            assertThat(names.get(1)).isIn("spoon", "bus", "sea");
            assertThat(toy.evaluate("icg(prompts=\"spoon | bus | sea\") + cfg(w=3)", i).names()).isEqualTo(names);
            drawn.add(names.get(1));
        }
        assertThat(drawn).hasSizeGreaterThan(1);
        assertThat(Toy.stack("icg(prompts=\"spoon | bus\")").prompts(Toy.WORDING)).containsExactly("spoon", "bus");
        assertThatThrownBy(() -> Toy.stack("icg(prompts=\" | \")")).hasMessageContaining("at least one prompt");
    }

    @Test
    void aShiftedTimeAsksThePromptAgainAtAnotherTimeAndTheSameNoise() {
        Query second = toy.evaluate("shifted_time(shift=0.05) + cfg(w=3)", 6).asked().get(1);
        NoiseLevel level = toy.grid.level(6);
        assertThat(second.branch().conditioning()).isEqualTo(toy.cond().conditioning());
        assertThat(second.level().modelTime()).isEqualTo(level.modelTime() + 0.05 * toy.grid.level(0).modelTime(), within(1e-9));
        assertThat(second.level().sigma()).isEqualTo(level.sigma());
        assertThat(second.level().alpha()).isEqualTo(level.alpha());
        assertThat(toy.evaluate("shifted_time(shift=0.05) + cfg(w=3)", 0).asked().get(1).level().modelTime())
                .as("never beyond the range the net knows")
                .isEqualTo(toy.grid.level(0).modelTime());
    }

    @Test
    void autoguidanceMixesTheWeakNetAndThePrompt() {
        Latents cond = toy.estimate("cond", 5).denoised();
        Latents uncond = toy.estimate("uncond", 5).denoised();
        Branch weakBranch = new Branch("weak", toy.cond().conditioning(), Branch.Net.WEAK);
        Latents weak = toy.answer(new Query(weakBranch, toy.start, toy.grid.level(5))).denoised();

        assertThat(toy.evaluate("autoguidance + cfg(w=3)", 5).names()).containsExactly("cond", "weak");
        assertThat(Toy.distance(guided("autoguidance + cfg(w=3)", 5), LatentOps.extrapolate(weak, cond, 3))).isLessThan(1e-6);

        double w = 3;
        double a = 0.4;
        Latents mixed = LatentOps.addScaledDifference(cond, (1 - a) * (w - 1), cond, uncond);
        mixed = LatentOps.addScaledDifference(mixed, a * (w - 1), cond, weak);
        assertThat(toy.evaluate("autoguidance(share=0.4) + cfg(w=3)", 5).names()).containsExactly("cond", "uncond", "weak");
        assertThat(Toy.distance(guided("autoguidance(share=0.4) + cfg(w=3)", 5), mixed)).isLessThan(1e-5);
    }

    @Test
    void theNetsAStackNeedsAreKnownBeforeTheRun() {
        assertThat(Toy.stack("apg + rescale").nets()).containsExactly(Branch.Net.MAIN);
        assertThat(Toy.stack("autoguidance").nets()).containsExactlyInAnyOrder(Branch.Net.MAIN, Branch.Net.WEAK);
        assertThat(Toy.stack("perturbed + cfg").nets()).containsExactlyInAnyOrder(Branch.Net.MAIN, Branch.Net.PERTURBED);
    }

    @Test
    void thePerturbedNetActsBesideCfgAndAloneWithinItsWindow() {
        Latents cond = toy.estimate("cond", 5).denoised();
        Branch perturbedBranch = new Branch("perturbed", toy.cond().conditioning(), Branch.Net.PERTURBED);
        Latents perturbed = toy.answer(new Query(perturbedBranch, toy.start, toy.grid.level(5))).denoised();
        assertThat(Toy.distance(guided("perturbed(s=2) + cfg(w=3)", 5), LatentOps.addScaledDifference(guided("cfg(w=3)", 5), 2, cond, perturbed)))
                .isLessThan(1e-6);
        assertThat(toy.euler("perturbed(s=2,from=0.25,to=0.5) + cfg(w=1)").nfe()).containsExactly(1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1);
    }

    @Test
    void theSubtractiveFormCountsFromTheReference() {
        Latents uncond = toy.estimate("uncond", 5).denoised();
        Branch perturbedBranch = new Branch("perturbed", toy.cond().conditioning(), Branch.Net.PERTURBED);
        Latents perturbed = toy.answer(new Query(perturbedBranch, toy.start, toy.grid.level(5))).denoised();
        Latents expected = LatentOps.addScaledDifference(guided("cfg(w=3)", 5), -0.5, perturbed, uncond);
        assertThat(Toy.distance(guided("perturbed(s=0.5,against=reference) + cfg(w=3)", 5), expected)).isLessThan(1e-6);
        assertThat(toy.evaluate("perturbed(s=0.5,against=reference) + cfg(w=3)", 5).names()).containsExactly("cond", "uncond", "perturbed");
        assertThat(toy.evaluate("perturbed(s=0.5,against=reference) + cfg(w=1)", 5).names()).containsExactly("cond", "perturbed", "uncond");
    }

    @ParameterizedTest
    @ValueSource(strings = {"autoguidance", "autoguidance(share=0.5)", "perturbed", "blend", "shifted_time", "core2"})
    void otherNetsAndTimesAreAskedForThePromptAsItIsTold(String policy) {
        List<Query> asked = toy.evaluate(policy + " + cads(s=0.5) + cfg(w=3)", 1).asked();
        Conditioning told = asked.getFirst().branch().conditioning();
        assertThat(told).isNotEqualTo(toy.cond().conditioning());
        assertThat(asked).extracting(query -> query.branch().conditioning()).doesNotContain(toy.cond().conditioning());
        assertThat(asked.stream().filter(query -> query.branch().conditioning().equals(told))).hasSizeGreaterThan(1);
    }

    @Test
    void aNetThatHasLearntCfgGivesCfgForOneEvaluation() {
        Toy.Path distilled = toy.euler("distilled(w=4)");
        assertThat(distilled.nfe()).containsOnly(1);
        assertThat(Toy.distance(distilled.last(), toy.euler("cfg(w=4)").last())).isLessThan(1e-6);
        assertThat(Toy.stack("distilled(w=4)").nets()).containsExactly(Branch.Net.DISTILLED);
        Query asked = toy.evaluate("distilled(w=4)", 3).asked().getFirst();
        assertThat(Objects.requireNonNull(asked.branch().conditioning().tensors().get(Conditioning.GUIDANCE)).at(0)).isEqualTo(4);
    }

    @Test
    void aNetThatGuidesItselfSaysThatItKnowsNoNegativePrompt() {
        assertThat(toy.withNegative().euler("distilled(w=4)").notes())
                .containsExactly("the negative prompt has no effect: a net that guides itself knows only the prompt");
        assertThat(toy.euler("distilled(w=4)").notes()).isEmpty();
        assertThatThrownBy(() -> Toy.stack("distilled + cfg")).hasMessageContaining("sets the strength");
    }

    @Test
    void aBlurredPromptClearsOnTheWay() {
        Toy.Path path = toy.euler("cads(s=0.5,tau1=0.5,tau2=0.9) + cfg(w=4)");
        Toy.Path clear = toy.euler("cfg(w=4)");
        assertThat(path.last()).isNotEqualTo(clear.last());
        double[] apart = new double[12];
        for (int i = 0; i < 12; i++) {
            Query first = toy.run(Toy.stack("cads(s=0.5,tau1=0.5,tau2=0.9) + cfg(w=4)")
                            .evaluate(toy.context(i), Toy.stack("cads + cfg").begin()))
                    .asked()
                    .getFirst();
            apart[i] = distance(first, toy);
        }
        assertThat(apart[0]).isGreaterThan(apart[4]);
        assertThat(apart[4]).isPositive();
        for (int i = 6; i < 12; i++) {
            assertThat(apart[i]).as("step " + i).isZero();
        }
    }

    @Test
    void aFullyRestoredBlurKeepsMeanAndSpread() {
        float[] clear = Objects.requireNonNull(toy.cond().conditioning().tensors().get("text")).toArray();
        Query first = toy.evaluate("cads(s=1,tau1=0,tau2=0.1,psi=1) + cfg", 0).asked().getFirst();
        float[] blurred = Objects.requireNonNull(first.branch().conditioning().tensors().get("text")).toArray();
        Latents before = Latents.of(1, 1, clear.length, clear);
        Latents after = Latents.of(1, 1, blurred.length, blurred);
        assertThat(LatentOps.mean(after)).isEqualTo(LatentOps.mean(before), within(1e-6));
        assertThat(LatentOps.std(after, 0)).isEqualTo(LatentOps.std(before, 0), within(1e-6));
        assertThat(Math.abs(LatentOps.cosine(after, before))).as("nothing of the prompt is left").isLessThan(0.8);
    }

    @Test
    void blursOfOneRunRepeatAndOfOtherSamplesDiffer() {
        Toy other = toy.sized(4, 6, 10);
        assertThat(toy.evaluate("cads + cfg", 0).asked()).isEqualTo(toy.evaluate("cads + cfg", 0).asked());
        assertThat(toy.evaluate("cads + cfg", 0).asked().getFirst().branch()).isNotEqualTo(other.evaluate("cads + cfg", 0).asked().getFirst().branch());
    }

    private static double distance(Query query, Toy toy) {
        float[] a = Objects.requireNonNull(query.branch().conditioning().tensors().get("text")).toArray();
        float[] b = Objects.requireNonNull(toy.cond().conditioning().tensors().get("text")).toArray();
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.pow(a[i] - b[i], 2);
        }
        return Math.sqrt(sum);
    }

    private static Latents difference(GuidanceOutcome outcome) {
        return LatentOps.subtract(
                Objects.requireNonNull(outcome.cond()).denoised(), Objects.requireNonNull(outcome.reference()).denoised());
    }

    private Latents guided(String policy, int step) {
        return toy.evaluate(policy, step).value().guided().denoised();
    }
}
