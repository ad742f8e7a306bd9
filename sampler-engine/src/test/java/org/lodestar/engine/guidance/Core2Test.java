package org.lodestar.engine.guidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.parameter.Term;

/// Refinement past a weak guess of the guided noise, by a companion net and by fitted numbers.
class Core2Test {
    private static final int STEPS = 10;
    private final Toy toy = Toy.on(Toy.vp(STEPS));

    @Test
    void theGuidedNoiseIsPushedAwayFromTheGuess() {
        Toy.Answered<GuidanceOutcome> refined = toy.evaluate("core2(omega=1.5) + cfg(w=5)", 4);
        Latents guess = guess(4);
        Latents strong = toy.evaluate("cfg(w=5)", 4).value().guided().noise();

        assertThat(refined.names()).containsExactly("cond", "uncond", "reflected");
        assertThat(Toy.distance(refined.value().guided().noise(), LatentOps.extrapolate(guess, strong, 1.5))).isLessThan(1e-5);
    }

    @Test
    void theGuessIsAskedWithThePromptsNoiseAsState() {
        Query asked = toy.evaluate("core2 + cfg(w=5)", 4).asked().getLast();
        assertThat(asked.branch().net()).isEqualTo(Branch.Net.REFLECTED);
        assertThat(asked.x()).isEqualTo(toy.estimate("cond", 4).noise());
        assertThat(asked.level()).isEqualTo(toy.grid.level(4));
    }

    @Test
    void afterTheRefinedShareTheGuessPaintsAloneAndSavesTheSecondBranch() {
        Toy.Path path = toy.euler("core2(omega=1.5,until=0.8) + cfg(w=5)");
        assertThat(path.nfe()).containsExactly(3, 3, 3, 3, 3, 3, 3, 3, 2, 2);
        GuidanceOutcome late = toy.evaluate("core2(until=0.3) + cfg(w=5)", 4).value();
        assertThat(Toy.distance(late.guided().noise(), guess(4))).isLessThan(1e-5);
        assertThat(Toy.distance(Toy.move(late.guided(), toy.grid.level(4)), toy.start)).as("consistent with the state").isLessThan(1e-5);
    }

    @Test
    void onlyTheLateStepsAskTheCompanionWhereRefiningChangesNothing() {
        assertThat(toy.euler("core2(omega=1,until=0.8) + cfg(w=5)").nfe()).containsExactly(2, 2, 2, 2, 2, 2, 2, 2, 2, 2);
        Toy.Path path = toy.euler("core2(omega=1,until=0.8) + cfg(w=5)");
        assertThat(path.outcomes().get(7).telemetry().branches()).containsExactly("cond", "uncond");
        assertThat(path.outcomes().get(8).telemetry().branches()).containsExactly("cond", "reflected");
    }

    @Test
    void pureNoiseIsLeftToTheStack() {
        Toy zero = Toy.on(Toy.vp(4, true));
        assertThat(zero.evaluate("core2(omega=2,until=0) + cfg(w=5)", 0).value().guided())
                .isEqualTo(zero.evaluate("cfg(w=5)", 0).value().guided());
    }

    @Test
    void theCompanionIsNamedBeforeTheRunUnlessItIsNotAsked() {
        assertThat(Toy.stack("core2").nets()).containsExactlyInAnyOrder(Branch.Net.MAIN, Branch.Net.REFLECTED);
        assertThat(Toy.stack("core2(omega=1,until=1)").nets()).containsExactly(Branch.Net.MAIN);
        assertThat(Toy.stack("core2_affine").nets()).containsExactly(Branch.Net.MAIN);
    }

    private Latents guess(int step) {
        Branch reflected = new Branch("reflected", toy.cond().conditioning(), Branch.Net.REFLECTED);
        return toy.answer(new Query(reflected, toy.estimate("cond", step).noise(), toy.grid.level(step))).noise();
    }

    // The affine guess

    private final AffineFit fit = AffineFit.fit("toy, cfg 5", 5, IntStream.range(0, 6).mapToObj(this::recording).toList());

    @Test
    void anAffineRuleThatHoldsExactlyIsFound() {
        List<LinearFit.Recording> exact = IntStream.range(0, 3)
                .mapToObj(seed -> {
                    LinearFit.Recording noisy = recording(seed);
                    // n_r so that n_r + 3*(n_c - n_r) = 1.7*n_c - 0.4
                    List<Prediction> references = noisy.conds().stream()
                            .map(cond -> new Prediction(cond.denoised(), LatentOps.map(cond.noise(), n -> (3 * n - 1.7 * n + 0.4) / 2)))
                            .toList();
                    return new LinearFit.Recording(noisy.conds(), references);
                })
                .toList();
        for (AffineFit.Row row : AffineFit.fit("exact", 3, exact).rows()) {
            assertThat(row.a()).isEqualTo(1.7, within(1e-5));
            assertThat(row.b()).isEqualTo(-0.4, within(1e-5));
        }
    }

    @Test
    void heldOutRunsAreGuessedNoWorseThanByThePromptAlone() {
        List<AffineFit.HeldOut> errors = fit.errors(recording(99), 5);
        assertThat(errors).hasSize(STEPS);
        assertThat(errors).allSatisfy(error -> assertThat(error.fitted()).isLessThan(1.02 * error.trivial()));
        assertThat(errors.stream().mapToDouble(AffineFit.HeldOut::fitted).sum()).isLessThan(0.95 * errors.stream().mapToDouble(AffineFit.HeldOut::trivial).sum());
    }

    @Test
    void noiseWithoutSpreadIsFittedByAnOffset() {
        Latents flat = Latents.zeros(1, 2, 2).like(i -> 3);
        Prediction cond = new Prediction(flat, flat);
        Prediction reference = new Prediction(flat, flat.like(i -> 2));
        AffineFit one = AffineFit.fit("flat", 2, List.of(new LinearFit.Recording(List.of(cond), List.of(reference))));
        assertThat(one.rows().getFirst()).isEqualTo(new AffineFit.Row(0, 1, 1));
    }

    @Test
    void theFittedGuessTakesTheCompanionsPlace() {
        String stack = "core2_affine(fit=\"x; 10; 4: 1.5 0.25\",omega=1.4) + cfg(w=5)";
        Latents guess = LatentOps.map(toy.estimate("cond", 4).noise(), n -> 1.5 * n + 0.25);
        Latents strong = toy.evaluate("cfg(w=5)", 4).value().guided().noise();
        Toy.Answered<GuidanceOutcome> refined = toy.evaluate(stack, 4);
        assertThat(refined.names()).containsExactly("cond", "uncond");
        assertThat(Toy.distance(refined.value().guided().noise(), LatentOps.extrapolate(guess, strong, 1.4))).isLessThan(1e-5);
        assertThat(toy.evaluate(stack, 5).value().guided()).as("no row for this step").isEqualTo(toy.evaluate("cfg(w=5)", 5).value().guided());
    }

    @Test
    void theFittedGuessAloneHalvesTheCost() {
        Toy.Path path = toy.euler(Term.text(List.of(new Term("core2_affine", java.util.Map.of("fit", fit.text(), "until", "0.4")))) + " + cfg(w=5)");
        assertThat(path.nfe()).containsExactly(2, 2, 2, 2, 1, 1, 1, 1, 1, 1);
    }

    @Test
    void theTextFormReadsBackAsItself() {
        assertThat(AffineFit.parse(fit.text())).isEqualTo(fit);
    }

    @Test
    void anotherNumberOfStepsIsRefusedWithTheKey() {
        assertThatThrownBy(() -> Toy.on(Toy.vp(12)).euler("core2_affine(fit=\"" + fit.text() + "\") + cfg(w=5)"))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessageContaining("12 steps")
                .hasMessageContaining("10 steps (toy, cfg 5)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "k; x; 1: 1 2", "k; 6; 1: 1", "k; 6; 1: 1 2 3", "k; 6; 1: 1 b", "k; 6; 1: 1 NaN"})
    void aDamagedFitIsRefused(String text) {
        assertThatThrownBy(() -> AffineFit.parse(text)).isInstanceOf(EngineException.InvalidInput.class).hasMessageContaining("core2_affine(fit)");
    }

    private LinearFit.Recording recording(int seed) {
        Toy.Path path = toy.startingFrom(Toy.noise(4, 6, 8, 1, 1000 + seed)).euler("cfg(w=5)");
        return new LinearFit.Recording(
                path.outcomes().stream().map(outcome -> Objects.requireNonNull(outcome.cond())).toList(),
                path.outcomes().stream().map(outcome -> Objects.requireNonNull(outcome.reference())).toList());
    }
}
