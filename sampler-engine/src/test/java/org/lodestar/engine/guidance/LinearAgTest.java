package org.lodestar.engine.guidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.parameter.Term;

class LinearAgTest {
    private static final int STEPS = 20;
    private final Toy world = Toy.on(Toy.vp(STEPS));
    private static final String K = "model 0, sampler ddim, spacing trailing, 6 steps, w 5, 64x48; ";
    private static final FitKey KEY = new FitKey("0123456789abcdef0123", "euler", "trailing", STEPS, 5, 64, 48);
    private final LinearFit fit = fitted(IntStream.range(0, 6).mapToObj(this::recording).toList());

    @Test
    void estimatesOfHeldOutRunsAreMuchBetterThanTheTrivialOne() {
        List<LinearFit.HeldOut> errors = fit.errors(recording(99));
        assertThat(errors).hasSize(15);
        for (LinearFit.HeldOut error : errors) {
            assertThat(error.fitted()).as("step " + error.step()).isLessThan(0.3 * error.prompt()).isLessThan(error.lastDifference());
            assertThat(error.fedBack()).as("step " + error.step() + " from estimates").isLessThan(0.5 * error.prompt());
        }
        assertThat(errors.getFirst().fedBack()).as("the first estimate has only asked steps before it").isEqualTo(errors.getFirst().fitted());
    }

    private static LinearFit fitted(List<LinearFit.Recording> recordings) {
        LinearFitting fitting = new LinearFitting(STEPS);
        recordings.forEach(fitting::add);
        return fitting.fit(KEY);
    }

    @Test
    void aRuleThatHoldsExactlyIsFound() {
        List<LinearFit.Recording> exact = IntStream.range(0, 4)
                .mapToObj(seed -> {
                    LinearFit.Recording noisy = recording(seed);
                    List<Prediction> references = IntStream.range(0, STEPS)
                            .mapToObj(i -> new Prediction(
                                    noisy.conds().get(i).denoised(),
                                    i == 0
                                            ? noisy.references().getFirst().noise()
                                            : LatentOps.combine(
                                                    0.7, noisy.conds().get(i).noise(), 0.2, noisy.conds().get(i - 1).noise())))
                            .toList();
                    return new LinearFit.Recording(noisy.conds(), references);
                })
                .toList();
        for (LinearFit.HeldOut error : fitted(exact.subList(0, 3)).errors(exact.get(3))) {
            assertThat(error.fitted()).as("step " + error.step()).isLessThan(1e-4);
        }
    }

    @Test
    void twentyStepsCostTwentyFiveEvaluations() {
        Toy.Path path = world.euler(policy("cond"));
        assertThat(path.nfe()).containsExactly(2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
        assertThat(path.totalNfe()).isEqualTo(25);
        assertThat(world.euler(policy("linear")).totalNfe()).isEqualTo(25);
    }

    @Test
    void theGuidedPathStaysCloseToCfgAndCloserThanWithoutTheEstimate() {
        Toy.Path cfg = world.euler("cfg(w=5)");
        double linear = Toy.distance(world.euler(policy("linear")).last(), cfg.last());
        double unguided = Toy.distance(world.euler("cfg(w=1)").last(), cfg.last());
        assertThat(linear).isLessThan(0.25 * unguided);
    }

    @Test
    void theTextFormReadsBackAsItself() {
        assertThat(LinearFit.parse(fit.text())).isEqualTo(fit);
        String stack = Term.text(List.of(new Term("linear_ag", Map.of("fit", fit.text()))));
        assertThat(Toy.stack(stack + " + cfg(w=5)")).isNotNull();
    }

    @Test
    void anotherNumberOfStepsIsRefusedWithTheKey() {
        Toy other = Toy.on(Toy.vp(12));
        assertThatThrownBy(() -> other.euler(policy("linear")))
                .isInstanceOf(EngineException.InvalidInput.class)
                .hasMessageContaining("12 steps")
                .hasMessageContaining("20 steps (model 0123456789abcdef, sampler euler");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "k; 1: 1 2 | 3", K + "1: 1 | 3", K + "1: 1 2", K + "1: 1 b | 3"})
    void aDamagedFitIsRefused(String text) {
        assertThatThrownBy(() -> LinearFit.parse(text)).isInstanceOf(EngineException.InvalidInput.class);
    }

    @Test
    void aKeyReadsBackAsItself() {
        FitKey key = new FitKey("a".repeat(64), "dpmpp_2s(r=0.5,eta=0)", "karras(rho=7,ends=trained)", 25, 7.5, 512, 768);
        assertThat(FitKey.parse(key.text())).isEqualTo(key);
        FitKey lent = new FitKey("a".repeat(64), Map.of(Branch.Net.SECOND, "c".repeat(64), Branch.Net.WEAK, "b".repeat(64)), "ddim(eta=0)", "trailing", 25, 7.5, 512, 768);
        assertThat(lent.text()).startsWith("model aaaaaaaaaaaaaaaa with weak bbbbbbbbbbbbbbbb with second cccccccccccccccc, sampler ddim(eta=0), spacing");
        assertThat(FitKey.parse(lent.text())).isEqualTo(lent);
        assertThatThrownBy(() -> FitKey.parse(key.text().replace("25 steps", "99999999999 steps"))).isInstanceOf(EngineException.InvalidInput.class);
        assertThatThrownBy(() -> FitKey.parse(lent.text().replace("weak", "strong"))).hasMessageContaining("model, sampler, spacing, steps, w and size");
        assertThatThrownBy(() -> FitKey.parse("model 0, sampler ddim, spacing trailing, many steps, w 5, 64x48")).hasMessageContaining("model, sampler, spacing, steps, w and size");
    }

    @Test
    void guidanceThatPausesStopsTheEstimatesInsteadOfMixingUpSteps() {
        Toy.Path path = world.euler("window(from=0.1) + " + policyText("linear"));
        assertThat(path.nfe()).startsWith(1, 1).endsWith(2, 2);
    }

    @Test
    void aTableThatEstimatesWhereLinearAgDoesTakesTheSameSteps() {
        String steps = "5 l 5 l 5 l 5 l 5 l l l l l l l l l l l l";
        Toy.Path table = world.euler(tableText(steps));
        Toy.Path linear = world.euler(policy("linear"));
        assertThat(table.last()).isEqualTo(linear.last());
        assertThat(table.nfe()).isEqualTo(linear.nfe());
        assertThat(table.outcomes().stream().map(GuidanceOutcome::guided)).isEqualTo(linear.outcomes().stream().map(GuidanceOutcome::guided).toList());
    }

    @Test
    void aTablesEntriesCostWhatTheySay() {
        Toy.Path path = world.euler(tableText("5 c l 5 c c l 3 l l 5 c l l l 5 l c c u"));
        assertThat(path.nfe()).containsExactly(2, 1, 1, 2, 1, 1, 1, 2, 1, 1, 2, 1, 1, 1, 1, 2, 1, 1, 1, 1);
        assertThat(path.outcomes().get(1).guided()).as("c is the prompt alone").isEqualTo(path.outcomes().get(1).cond());
        assertThat(path.outcomes().get(2).telemetry().weight()).as("the weight of the fit").isEqualTo(5);
        assertThat(path.outcomes().getLast().telemetry().branches()).containsExactly("uncond");
        assertThat(new PolicyTable(List.of(PolicyTable.Entry.asked(5), new PolicyTable.Entry(5, true)), fit).term().text()).contains("5 l").contains(fit.text());
    }

    @Test
    void estimatesAfterPlainStepsStayCloserToCfgThanThePromptAlone() {
        Toy.Path cfg = world.euler("cfg(w=5)");
        double estimated = Toy.distance(world.euler(tableText("5 c l 5 l l 5 l l l l l l l l l l l l l")).last(), cfg.last());
        double plain = Toy.distance(world.euler("table(steps=\"5 c c 5 c c 5 c c c c c c c c c c c c c\")").last(), cfg.last());
        assertThat(estimated).isLessThan(0.5 * plain);
    }

    @ParameterizedTest
    @ValueSource(strings = {"l 5", "5 u l 5", "5 5 5 u l"})
    void aTableRefusesToEstimateWhatItCannotKnow(String steps) {
        assertThatThrownBy(() -> Toy.stack(tableText(steps))).isInstanceOf(EngineException.InvalidInput.class).hasMessageContaining(steps).hasMessageContaining("not at the first step");
    }

    @Test
    void aTableThatEstimatesNeedsItsFitAndNoOtherSecondBranch() {
        assertThatThrownBy(() -> Toy.stack("table(steps=\"5 l\")")).hasMessageContaining("table(fit)");
        assertThatThrownBy(() -> Toy.stack("autoguidance + " + tableText("5 l"))).isInstanceOf(EngineException.InvalidInput.class).hasMessageContaining("autoguidance and table");
        assertThat(Toy.stack("autoguidance + " + tableText("5 c"))).as("without l the second branch is anyone's").isNotNull();
        assertThatThrownBy(() -> Toy.on(Toy.vp(12)).euler(tableText("5 l"))).hasMessageContaining("table(fit)").hasMessageContaining("12 steps");
        assertThat(Toy.stack(tableText("5 l")).fittedFor()).containsExactly(KEY.withoutWeight());
    }

    private String tableText(String steps) {
        return "table(steps=\"" + steps + "\",fit=\"" + fit.text() + "\")";
    }

    private String policyText(String second) {
        return "linear_ag(fit=\"" + fit.text() + "\",second=" + second + ") + cfg(w=5)";
    }

    private PolicyStack policy(String second) {
        return Toy.stack(policyText(second));
    }

    private LinearFit.Recording recording(int seed) {
        Toy.Path path = world.startingFrom(Toy.noise(4, 6, 8, 1, 1000 + seed)).euler("cfg(w=5)");
        return new LinearFit.Recording(
                path.outcomes().stream().map(outcome -> Objects.requireNonNull(outcome.cond())).toList(),
                path.outcomes().stream().map(outcome -> Objects.requireNonNull(outcome.reference())).toList());
    }

    @Test
    void aTableGivesEachStepItsStrengthAndSpreadsOverAnyNumberOfSteps() {
        Toy.Path path = Toy.on(Toy.vp(8)).euler("table(steps=\"8 4, c u\")");
        assertThat(path.outcomes().stream().map(outcome -> outcome.telemetry().weight())).containsExactly(8.0, 8.0, 4.0, 4.0, 1.0, 1.0, 0.0, 0.0);
        assertThat(path.nfe()).containsExactly(2, 2, 2, 2, 1, 1, 1, 1);
        assertThat(path.outcomes().getLast().telemetry().effectiveWeight()).isEqualTo(0, within(0.0));
        assertThatThrownBy(() -> Toy.stack("table(steps=\"8 x\")")).hasMessageContaining("\"x\" in \"8 x\"");
    }
}
