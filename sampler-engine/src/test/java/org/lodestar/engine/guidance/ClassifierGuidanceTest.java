package org.lodestar.engine.guidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Advice;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Consultation;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.schedule.NoiseLevel;
import org.lodestar.engine.schedule.StepGrid;

/// Guidance by a classifier, without its gradient (GFCG) and with it (EluCD).
class ClassifierGuidanceTest {
    private static final int STEP = 5;

    private final Toy toy = Toy.on(Toy.vp(12));

    /// GFCG with nothing that holds it back.
    private static String gfcg(String more) {
        return "gfcg(w=4, tau=1, from=0, hysteresis=1" + more + ")";
    }

    private List<Double> logits(Latents denoised) {
        return ((Advice.Classes) toy.answer(new Consultation.Classes(denoised))).logits();
    }

    private static double[] softmax(List<Double> logits, double temperature) {
        double sum = logits.stream().mapToDouble(logit -> Math.exp(logit / temperature)).sum();
        return logits.stream().mapToDouble(logit -> Math.exp(logit / temperature) / sum).toArray();
    }

    /// The likeliest label but the first.
    private static int rival(double[] p) {
        return IntStream.range(1, p.length).boxed().max(Comparator.comparingDouble(k -> p[k])).orElseThrow();
    }

    @Test
    void itsNeutralSettingsAreTheRestOfTheStack() {
        Toy.Path plain = toy.euler("cfg(w=5)");
        for (String neutral : List.of("gfcg(w=1)", "gfcg(tau=0)", "gfcg(from=1)", "elucd(strength=0)")) {
            Toy.Path path = toy.euler("cfg(w=5) + " + neutral);
            assertThat(path.last()).as(neutral).isEqualTo(plain.last());
            assertThat(path.nfe()).as(neutral).isEqualTo(plain.nfe());
        }
        assertThat(Toy.stack("gfcg(w=1) + elucd(strength=0)").consultations()).isEmpty();
        assertThat(Toy.stack("gfcg + elucd").consultations()).containsExactlyInAnyOrder(Consultation.Kind.CLASSES, Consultation.Kind.GRADIENT);
    }

    @Test
    void pushesAwayFromTheLikeliestOtherLabelAsFarAsThereIsDoubt() {
        Latents cond = toy.estimate("cond", STEP).denoised();
        double[] p = softmax(logits(cond), 1);
        String other = Toy.LABELS.get(rival(p));
        Latents away = toy.estimate(other, STEP).denoised();

        Toy.Answered<GuidanceOutcome> alone = toy.evaluate("cfg(w=1) + " + gfcg(""), STEP);

        assertThat(alone.names()).containsExactly("cond", other);
        assertThat(alone.value().telemetry().branches()).containsExactly("cond", other);
        assertThat(alone.value().telemetry().notes()).singleElement().asString().startsWith("guides away from " + other + " at strength");
        Latents expected = LatentOps.addScaledDifference(cond, 3 * (1 - p[0]), cond, away);
        assertThat(Toy.distance(alone.value().guided().denoised(), expected)).isLessThan(1e-6);
        NoiseLevel level = toy.grid.level(STEP);
        assertThat(Toy.distance(Toy.move(alone.value().guided(), level), toy.start)).as("x = alpha*D + sigma*n").isLessThan(1e-5);
    }

    @Test
    void addsTheSameToCfgAndAsksOnceMore() {
        Latents plain = toy.evaluate("cfg(w=1)", STEP).value().guided().denoised();
        Latents alone = toy.evaluate("cfg(w=1) + " + gfcg(""), STEP).value().guided().denoised();
        Latents cfg = toy.evaluate("cfg(w=5)", STEP).value().guided().denoised();

        Toy.Answered<GuidanceOutcome> both = toy.evaluate("cfg(w=5) + " + gfcg(""), STEP);

        assertThat(both.asked()).hasSize(3);
        assertThat(Toy.distance(both.value().guided().denoised(), LatentOps.add(cfg, LatentOps.subtract(alone, plain)))).isLessThan(1e-6);
    }

    /// Where there is doubt the likeliest other label takes the empty prompt's place, and elsewhere it is CFG: two evaluations at every step.
    @Test
    void mayTakeCfgsPlaceWhileThereIsDoubt() {
        Latents cond = toy.estimate("cond", STEP).denoised();
        double[] p = softmax(logits(cond), 1);
        Prediction away = toy.estimate(Toy.LABELS.get(rival(p)), STEP);
        Toy.Answered<GuidanceOutcome> doubt = toy.evaluate("cfg(w=5) + " + gfcg(", beside=instead"), STEP);

        assertThat(doubt.names()).containsExactly("cond", Toy.LABELS.get(rival(p)));
        assertThat(doubt.value().telemetry().branches()).containsExactlyElementsOf(doubt.names());
        assertThat(doubt.value().reference()).isEqualTo(away);
        double weight = 1 + 3 * (1 - p[0]);
        assertThat(Toy.distance(doubt.value().guided().denoised(), LatentOps.extrapolate(away.denoised(), cond, weight))).isLessThan(1e-5);
        assertThat(doubt.value().telemetry().effectiveWeight()).isEqualTo(weight, within(1e-3));
        assertThat(Toy.distance(Toy.move(doubt.value().guided(), toy.grid.level(STEP)), toy.start)).as("x = alpha*D + sigma*n").isLessThan(1e-5);

        Toy.Answered<GuidanceOutcome> sure = toy.evaluate("cfg(w=5) + gfcg(from=0, tau=0.0001, beside=instead)", STEP);
        assertThat(sure.names()).containsExactly("cond", "uncond");
        Latents cfg = toy.evaluate("cfg(w=5)", STEP).value().guided().denoised();
        assertThat(Toy.distance(sure.value().guided().denoised(), cfg)).isLessThan(1e-5);

        Toy.Path path = toy.euler("cfg(w=5) + gfcg(from=0.5, temperature=0.2, beside=instead)");
        assertThat(path.nfe()).as("as many as CFG").containsOnly(2);
        assertThat(path.outcomes().getFirst().telemetry().branches()).as("before its start").containsExactly("cond", "uncond");
        assertThat(toy.saying("two cats").evaluate("cfg(w=5) + gfcg(from=0, beside=instead)", STEP).names()).as("no label in the prompt").containsExactly("cond", "uncond");
    }

    @Test
    void saysThatANegativePromptRestsWhileSomethingElseTakesItsPlace() {
        assertThat(toy.withNegative().euler("cfg(w=5) + " + gfcg(", beside=instead")).notes().getFirst()).startsWith("guides away from").endsWith("the negative prompt has no effect meanwhile");
        assertThat(toy.withNegative().euler("cfg(w=5) + " + gfcg("")).notes()).noneSatisfy(note -> assertThat(note).contains("no effect"));
    }

    /// A verdict's memory passes through the step in which it chose.
    @Test
    void remembersItsVerdictsAlsoInsteadOfCfg() {
        List<String> added = rivalsOf("cfg(w=1) + " + gfcg(", memory=0.5"));
        assertThat(rivalsOf("cfg(w=1) + " + gfcg(", memory=0.5, beside=instead"))).isEqualTo(added);
    }

    private List<String> rivalsOf(String policy) {
        return toy.euler(policy).outcomes().stream().map(outcome -> outcome.telemetry().branches().getLast()).toList();
    }

    @Test
    void mayAskTheWeakNetWhatToStayAwayFromAsAutoguidanceDoes() {
        Toy.Answered<GuidanceOutcome> answered = toy.evaluate("cfg(w=1) + " + gfcg(", net=weak"), STEP);
        Latents cond = toy.estimate("cond", STEP).denoised();
        double[] p = softmax(logits(cond), 1);
        Query second = answered.asked().get(1);

        assertThat(answered.asked()).as("as many as autoguidance").hasSameSizeAs(toy.evaluate("autoguidance + cfg(w=4)", STEP).asked());
        assertThat(second.branch()).isEqualTo(Toy.branch(Toy.LABELS.get(rival(p))).to(Branch.Net.WEAK));
        assertThat(Toy.distance(
                        answered.value().guided().denoised(), LatentOps.addScaledDifference(cond, 3 * (1 - p[0]), cond, toy.answer(second).denoised())))
                .isLessThan(1e-6);
        assertThat(Toy.stack(gfcg(", net=weak")).nets()).contains(Branch.Net.WEAK);
    }

    @Test
    void strengthMayFollowTheRivalAloneAndTheTemperatureChangesHowSureItIs() {
        Latents cond = toy.estimate("cond", STEP).denoised();
        double[] p = softmax(logits(cond), 0.2);
        Latents away = toy.estimate(Toy.LABELS.get(rival(p)), STEP).denoised();
        double share = Math.min(1, 2 * p[rival(p)] / (p[rival(p)] + p[0]));

        Latents guided = toy.evaluate("cfg(w=1) + " + gfcg(", strength=rival, temperature=0.2"), STEP).value().guided().denoised();

        assertThat(share).isBetween(0.01, 0.99);
        assertThat(Toy.distance(guided, LatentOps.addScaledDifference(cond, 3 * share, cond, away))).isLessThan(1e-6);
    }

    @Test
    void leavesAPictureThatIsSureEnoughAloneAndSaysSo() {
        double sure = softmax(logits(toy.estimate("cond", STEP).denoised()), 0.05)[0];
        String below = "cfg(w=1) + gfcg(from=0, temperature=0.05, tau=" + (sure - 1e-6) + ")";
        String above = "cfg(w=1) + gfcg(from=0, temperature=0.05, tau=" + (sure + 1e-6) + ")";

        assertThat(toy.evaluate(below, STEP).names()).containsExactly("cond");
        assertThat(toy.evaluate(below, STEP).value().guided().denoised()).isEqualTo(toy.estimate("cond", STEP).denoised());
        assertThat(toy.evaluate(above, STEP).asked()).hasSize(2);

        List<GuidanceOutcome> plain = toy.euler("none").outcomes();
        double first = softmax(logits(plain.getFirst().guided().denoised()), 0.2)[0];
        double last = softmax(logits(plain.getLast().guided().denoised()), 0.2)[0];
        Toy.Path path = toy.euler("cfg(w=1) + gfcg(from=0, temperature=0.2, w=1.01, tau=" + (first + last) / 2 + ")");
        assertThat(path.nfe()).as("doubt at first, none in the end").startsWith(2).endsWith(1);
        assertThat(path.notes()).filteredOn(note -> note.startsWith("no doubt left: the classifier sees cond with")).isNotEmpty();
    }

    @Test
    void staysWithItsRivalUntilAnotherIsMuchLikelier() {
        List<String> eager = rivals(gfcg(""));
        assertThat(eager.stream().distinct().count()).as("this run has more than one rival: " + eager).isGreaterThan(1);
        assertThat(rivals("gfcg(w=4, tau=1, from=0, hysteresis=10)")).containsOnly(eager.getFirst());
    }

    private List<String> rivals(String policy) {
        Toy.Path path = toy.euler("cfg(w=1) + " + policy);
        return path.outcomes().stream().map(outcome -> outcome.telemetry().branches().get(1)).toList();
    }

    @Test
    void remembersEarlierVerdicts() {
        PolicyStack stack = Toy.stack("cfg(w=1) + " + gfcg(", memory=0.8"));
        GuidanceOutcome first = toy.run(stack.evaluate(toy.context(0), stack.begin())).value();
        Latents x = Toy.move(first.guided(), toy.grid.level(1));
        StepContext context = toy.context(1, 0, toy.grid.level(1), x);

        Toy.Answered<GuidanceOutcome> second = toy.run(stack.evaluate(context, first.next()));

        Latents cond = toy.answer(new Query(toy.cond(), x, context.level())).denoised();
        List<Double> before = logits(toy.estimate("cond", 0).denoised());
        List<Double> now = logits(cond);
        double[] p = softmax(IntStream.range(0, now.size()).mapToObj(k -> 0.8 * before.get(k) + 0.2 * now.get(k)).toList(), 1);
        Latents away = toy.answer(second.asked().get(1)).denoised();
        assertThat(Toy.distance(second.value().guided().denoised(), LatentOps.addScaledDifference(cond, 3 * (1 - p[0]), cond, away))).isLessThan(1e-6);
    }

    @Test
    void aPromptWithoutALabelIsToldBeforeTheRunAndOnceInIt() {
        Toy silent = toy.knowing(List.of("horse", "sheep"));
        for (String policy : List.of("gfcg(from=0)", "elucd")) {
            Toy.Path path = silent.euler("cfg(w=5) + " + policy);
            assertThat(path.last()).isEqualTo(silent.euler("cfg(w=5)").last());
            assertThat(path.notes()).singleElement().asString().contains("the classifier knows no word of the prompt");
            assertThat(Toy.stack(policy).problems(new Wording("a red apple", "", List.of("horse", "sheep"))))
                    .extracting(Problem::sentence)
                    .singleElement()
                    .asString()
                    .startsWith("prompt: expected one of the words that this model's classifier knows (horse, sheep), found \"a red apple\". Use one of them");
            assertThat(Toy.stack(policy).problems(new Wording("a horse", "", List.of("horse", "sheep")))).isEmpty();
        }
        assertThat(Toy.stack("gfcg(w=1) + elucd(strength=0)").problems(new Wording("a red apple", "", List.of("horse")))).isEmpty();
    }

    @Test
    void aListOfManyLabelsIsCutShort() {
        List<String> labels = IntStream.range(0, 50).mapToObj(i -> "thing" + i + "x").toList();
        assertThat(Toy.stack("elucd").problems(new Wording("apple", "", labels)).getFirst().expected()).contains("thing29x and 20 more").doesNotContain("thing30x");
    }

    @Test
    void theSubjectIsTheLongestLabelThatStandsInThePromptAsWholeWords() {
        List<String> labels = List.of("cat", "engine", "Fire Engine", "fox");
        assertThat(subject("Cats on a fire engine", labels)).contains("Cats on a |2|");
        assertThat(subject("two CATs, sitting", labels)).contains("two |0|s, sitting");
        assertThat(subject("three foxes", labels)).contains("three |3|es");
        assertThat(subject("a concatenation of catkins", labels)).isEmpty();
        assertThat(subject("a catkin and a cat", labels)).contains("a catkin and a |0|");
        assertThat(subject("", labels)).isEmpty();
        assertThat(subject("cat", List.of())).isEmpty();
        assertThat(Toy.stack("gfcg").prompts(new Wording("two cats", "", labels))).containsExactly("two cats", "two engines", "two Fire Engines", "two foxs");
    }

    private static Optional<String> subject(String prompt, List<String> labels) {
        return Subject.of(new Wording(prompt, "", labels)).map(found -> found.before() + "|" + found.label() + "|" + found.after());
    }

    @Test
    void elucdMovesTheStateAsPublishedWhateverTheOneStepMethod() {
        for (StepGrid grid : List.of(Toy.ve(9), Toy.vp(9))) {
            Toy world = Toy.on(grid);
            NoiseLevel here = grid.level(STEP);
            NoiseLevel next = grid.level(STEP + 1);
            Prediction plain = world.evaluate("cfg(w=1)", STEP).value().guided();
            Prediction pulled = world.evaluate("cfg(w=1) + elucd(strength=0.02, sine=0.3)", STEP).value().guided();

            Latents moved = LatentOps.subtract(Toy.move(pulled, next), Toy.move(plain, next));

            Latents g = ((Advice.Gradient) world.answer(new Consultation.Gradient(plain.denoised(), 0))).direction();
            double lambda = 0.02 * (9 - STEP) / 9 + 0.3 * 0.02 * Math.sin(Math.PI * STEP / 9);
            double toRms = LatentOps.norm(world.start) / here.alpha() / LatentOps.norm(g);
            assertThat(Toy.distance(moved, LatentOps.scale(next.alpha() * lambda * toRms, g))).isLessThan(1e-4);

            // The slope changes by the same amount at the second evaluation of a two-stage method, so that the move does too.
            StepContext second = world.context(STEP, 1, next, world.start);
            PolicyStack stack = Toy.stack("cfg(w=1) + elucd(strength=0.02, sine=0.3)");
            Prediction answer = world.run(stack.evaluate(second, stack.begin())).value().guided();
            Latents change = LatentOps.subtract(answer.denoised(), world.answer(new Query(world.cond(), world.start, next)).denoised());
            double length = LatentOps.norm(change) / next.karrasSigma();
            assertThat(length).isCloseTo(lambda * LatentOps.norm(world.start) / next.alpha() / (here.karrasSigma() - next.karrasSigma()), within(1e-4 * length));
        }
    }

    @Test
    void elucdMakesTheClassifierSurer() {
        Latents plain = toy.euler("cfg(w=1)").last();
        Latents pulled = toy.euler("cfg(w=1) + elucd(strength=0.02)").last();
        assertThat(logits(pulled).getFirst()).isGreaterThan(logits(plain).getFirst());
        assertThat(toy.euler("cfg(w=1) + elucd(strength=0.02)").nfe()).containsOnly(1);
    }

    @Test
    void aGradientOfNothingAndAnUnreachableLevelChangeNothing() {
        Toy silent = Toy.on(Toy.vp(4, true));
        assertThat(silent.evaluate("cfg(w=1) + elucd(strength=1)", 0).value().guided().denoised()).isEqualTo(silent.estimate("cond", 0).denoised());
        PolicyStack stack = Toy.stack("cfg(w=1) + elucd(strength=1)");
        Evaluation<GuidanceOutcome> evaluation = stack.evaluate(toy.context(STEP), stack.begin());
        Latents zero = Latents.zeros(4, 6, 8);
        if (evaluation instanceof Evaluation.Ask<GuidanceOutcome> ask
                && ask.then().apply(List.of(toy.estimate("cond", STEP))) instanceof Evaluation.Consult<GuidanceOutcome> consult
                && consult.then().apply(new Advice.Gradient(zero)) instanceof Evaluation.Done<GuidanceOutcome>(GuidanceOutcome outcome)) {
            assertThat(outcome.guided().denoised()).isEqualTo(toy.estimate("cond", STEP).denoised());
        } else {
            throw new AssertionError("a branch, then a consultation, then the outcome");
        }
    }
}
