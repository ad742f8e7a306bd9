package org.lodestar.engine.guidance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lodestar.engine.analytic.Mixture;
import org.lodestar.engine.analytic.MixtureDenoiser;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Advice;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.model.Consultation;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.Parameterization;
import org.lodestar.engine.schedule.StepGrid;

/// Classifier guidance in a plane where everything is known: four kinds of pictures that overlap a little, a denoiser that is exact for each, a classifier that is the exact posterior.
/// (Where they overlap so much that nearly every picture is in doubt, GFCG has no advantage over CFG.)
class ClassifierOracleTest {
    private static final List<String> LABELS = List.of("cat", "dog", "ship", "tree");
    private static final double STD = 0.7;
    private static final double[][] CENTRES = {{1, 1}, {-1, 1}, {1, -1}, {-1, -1}};
    private static final int SAMPLES = 1000;
    private static final StepGrid GRID = Toy.vp(24);

    /// What a way of guiding gives: how often the classifier agrees with the prompt, and the mean distance between pictures.
    private record Result(double accuracy, double variety) {}

    private final MixtureDenoiser denoiser = new MixtureDenoiser(distributions());

    private static Map<String, Mixture> distributions() {
        Map<String, Mixture> all = new HashMap<>();
        List<Mixture.Component> components = new ArrayList<>();
        for (int k = 0; k < LABELS.size(); k++) {
            Mixture.Component component = new Mixture.Component(1, List.of(CENTRES[k][0], CENTRES[k][1]), STD);
            components.add(component);
            all.put("a " + LABELS.get(k), new Mixture(List.of(component)));
        }
        all.put("cond", new Mixture(List.of(components.getFirst())));
        all.put("uncond", new Mixture(components));
        return all;
    }

    private record Plane() implements Branches {
        @Override
        public Branch cond() {
            return named("cond");
        }

        @Override
        public Branch base() {
            return empty();
        }

        @Override
        public Branch empty() {
            return named("uncond");
        }

        @Override
        public boolean hasNegative() {
            return false;
        }

        @Override
        public Wording wording() {
            return new Wording("a cat", "", LABELS);
        }

        @Override
        public Branch prompt(String text) {
            return named(text);
        }

        private static Branch named(String name) {
            return Branch.main(name, new Conditioning(name, Map.of()));
        }
    }

    /// Log densities of the kinds at a clean sample.
    private static List<Double> logits(Latents z) {
        return IntStream.range(0, CENTRES.length)
                .mapToObj(k -> -(square(z.at(0) - CENTRES[k][0]) + square(z.at(1) - CENTRES[k][1])) / (2 * STD * STD))
                .toList();
    }

    private static double square(double d) {
        return d * d;
    }

    private GuidanceOutcome run(Evaluation<GuidanceOutcome> evaluation) {
        Evaluation<GuidanceOutcome> current = evaluation;
        while (true) {
            switch (current) {
                case Evaluation.Done<GuidanceOutcome>(GuidanceOutcome outcome) -> {
                    return outcome;
                }
                case Evaluation.Ask<GuidanceOutcome>(var queries, var then) -> current = then.apply(denoiser.predict(queries, new CancelToken()));
                case Evaluation.Consult<GuidanceOutcome>(var question, var then) -> current = then.apply(answer(question));
            }
        }
    }

    private static Advice answer(Consultation question) {
        List<Double> logits = logits(question.denoised());
        if (question instanceof Consultation.Gradient(Latents z, int label)) {
            double sum = logits.stream().mapToDouble(Math::exp).sum();
            return new Advice.Gradient(z.like(i -> {
                double expected = IntStream.range(0, CENTRES.length).mapToDouble(k -> Math.exp(logits.get(k)) / sum * CENTRES[k][i]).sum();
                return (CENTRES[label][i] - expected) / (STD * STD);
            }));
        }
        return new Advice.Classes(logits);
    }

    private Result sample(String policy) {
        PolicyStack stack = Toy.stack(policy);
        Random random = new Random(5);
        List<Latents> ends = new ArrayList<>();
        int right = 0;
        for (int n = 0; n < SAMPLES; n++) {
            Latents x = Latents.of(1, 1, 2, new float[] {(float) random.nextGaussian(), (float) random.nextGaussian()});
            PolicyState state = stack.begin();
            for (int i = 0; i < GRID.steps(); i++) {
                GuidanceOutcome outcome = run(stack.evaluate(new StepContext(i, 0, GRID, GRID.level(i), x, Parameterization.V, new Plane(), 1, k -> Toy.noise(1, 1, 2, 1, k)), state));
                x = Toy.move(outcome.guided(), GRID.level(i + 1));
                state = outcome.next();
            }
            ends.add(x);
            List<Double> logits = logits(x);
            right += logits.stream().allMatch(logit -> logit <= logits.getFirst()) ? 1 : 0;
        }
        double distances = 0;
        for (Latents a : ends) {
            for (Latents b : ends) {
                distances += LatentOps.norm(LatentOps.subtract(a, b));
            }
        }
        return new Result((double) right / SAMPLES, distances / SAMPLES / (SAMPLES - 1));
    }

    @Test
    void gfcgIsAsAccurateAsCfgWithMoreVariety() {
        Map<String, String> rivals = Map.of(
                "cfg(w=1.25)", "cfg(w=1) + gfcg(w=2, from=0, tau=0.8)",
                "cfg(w=1.5)", "cfg(w=1) + gfcg(w=2.5, from=0, tau=0.8)",
                "cfg(w=2)", "cfg(w=1) + gfcg(w=3, from=0)");
        Result none = sample("none");
        rivals.forEach((cfg, gfcg) -> {
            Result plain = sample(cfg);
            Result classified = sample(gfcg);
            assertThat(plain.accuracy).as(cfg).isGreaterThan(none.accuracy);
            assertThat(classified.accuracy).as(gfcg).isGreaterThanOrEqualTo(plain.accuracy);
            assertThat(classified.variety).as(gfcg).isGreaterThan(plain.variety).isLessThan(none.variety);
        });
    }

    @Test
    void aHigherStrengthIsMoreAccurate() {
        List<Double> accuracies = new ArrayList<>();
        for (double w : new double[] {1, 1.5, 2, 3}) {
            accuracies.add(sample("cfg(w=1) + gfcg(from=0, w=" + w + ")").accuracy);
        }
        assertThat(accuracies).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void elucdIsAsAccurateAsCfgWithMoreVariety() {
        Result pulled = sample("cfg(w=1) + elucd(strength=0.02)");
        Result cfg = sample("cfg(w=1.25)");
        assertThat(cfg.accuracy).isGreaterThan(sample("none").accuracy);
        assertThat(pulled.accuracy).isGreaterThanOrEqualTo(cfg.accuracy);
        assertThat(pulled.variety).isGreaterThan(cfg.variety);
    }
}
