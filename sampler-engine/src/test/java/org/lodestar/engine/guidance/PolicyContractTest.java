package org.lodestar.engine.guidance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Parameterization;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.schedule.NoiseLevel;
import org.lodestar.engine.schedule.StepGrid;

/// What holds for every policy of the catalogue, present and future.
class PolicyContractTest {
    /// What fitted numbers among the values hold for.
    private static final String KEY = "model 0123456789abcdef, sampler euler, spacing trailing, 6 steps, w 5, 64x48";

    static Stream<PolicyType> everyPolicy() {
        return Catalog.policies().stream();
    }

    @ParameterizedTest
    @MethodSource("everyPolicy")
    void staysFiniteAndKeepsItsInputs(PolicyType type) {
        for (StepGrid grid : List.of(Toy.vp(1), Toy.vp(2, true), Toy.vp(7), Toy.vp(7, true), Toy.ve(6), Toy.flow(2), Toy.flow(7))) {
            for (Parameterization parameterization : Parameterization.values()) {
                for (int[] size : new int[][] {{1, 1, 1}, {3, 5, 7}, {4, 6, 8}}) {
                    Toy toy = Toy.on(grid).of(parameterization).sized(size[0], size[1], size[2]);
                    Latents before = Latents.of(size[0], size[1], size[2], toy.start.toArray());
                    Toy.Path path = toy.euler(type.descriptor().id());
                    String where = grid.steps() + " steps, " + parameterization + ", " + toy.start.shape();
                    assertThat(LatentOps.isFinite(path.last())).as(where).isTrue();
                    assertThat(toy.start).isEqualTo(before);
                    for (GuidanceOutcome outcome : path.outcomes()) {
                        assertThat(outcome.guided().denoised().sameShape(toy.start)).isTrue();
                        assertThat(LatentOps.isFinite(outcome.guided().noise())).as(where).isTrue();
                        assertThat(outcome.telemetry().latentStd()).isFinite();
                    }
                }
            }
        }
    }

    /// Both prompts say the same, so that their difference is zero everywhere.
    @ParameterizedTest
    @MethodSource("everyPolicy")
    void staysFiniteWhereThePromptChangesNothing(PolicyType type) {
        for (StepGrid grid : List.of(Toy.vp(1), Toy.vp(5, true), Toy.ve(5), Toy.flow(5))) {
            for (Parameterization parameterization : Parameterization.values()) {
                Toy toy = Toy.on(grid).of(parameterization).saying("uncond");
                assertThat(LatentOps.isFinite(toy.euler(type.descriptor().id()).last())).as(grid.level(0) + ", " + parameterization).isTrue();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("everyPolicy")
    void givesTheSameTwice(PolicyType type) {
        Toy toy = Toy.on(Toy.vp(6));
        assertThat(toy.euler(type.descriptor().id())).isEqualTo(toy.euler(type.descriptor().id()));
    }

    @ParameterizedTest
    @MethodSource("everyPolicy")
    void tellsTheBranchesItAsked(PolicyType type) {
        Toy toy = Toy.on(Toy.vp(6));
        Toy.Path path = toy.euler(type.descriptor().id());
        for (int i = 0; i < path.nfe().size(); i++) {
            assertThat(path.outcomes().get(i).telemetry().branches()).as("step " + i).hasSize(path.nfe().get(i));
        }
    }

    @ParameterizedTest
    @MethodSource("everyPolicy")
    void everyParameterChangesTheResultSomewhere(PolicyType type) {
        Descriptor descriptor = type.descriptor();
        Random random = new Random(3);
        List<String> idle = new ArrayList<>();
        for (ParameterSpec spec : descriptor.parameters()) {
            boolean acts = false;
            for (int attempt = 0; attempt < 200 && !acts; attempt++) {
                Map<String, String> others = new LinkedHashMap<>();
                for (ParameterSpec other : descriptor.parameters()) {
                    List<String> values = values(other);
                    if (attempt > 0 && !other.equals(spec)) {
                        others.put(other.name(), values.get(random.nextInt(values.size())));
                    }
                }
                acts = values(spec).stream().flatMap(value -> result(descriptor, others, spec, value).stream()).distinct().count() > 1;
            }
            if (!acts) {
                idle.add(spec.name());
            }
        }
        assertThat(idle).as("parameters of " + descriptor.id() + " that change nothing").isEmpty();
    }

    /// What a run gives; nothing where the values are refused together.
    private static Optional<Object> result(Descriptor descriptor, Map<String, String> others, ParameterSpec spec, String value) {
        Map<String, String> parameters = new LinkedHashMap<>(others);
        parameters.put(spec.name(), value);
        try {
            Toy toy = Toy.on(Toy.vp(6)).withNegative();
            PolicyStack stack = Catalog.policy(List.of(new Term(descriptor.id(), parameters)));
            Toy.Path path = toy.euler(stack);
            return Optional.of(List.of(path.last(), path.nfe(), stack.particles().map(PolicyContractTest::rules).orElse(List.of())));
        } catch (EngineException.InvalidInput refused) {
            return Optional.empty();
        }
    }

    /// What a policy that treats samples as particles does with some, where one sample alone shows nothing.
    private static List<Object> rules(Particles particles) {
        Latents here = Latents.of(1, 1, 2, new float[] {1, 2});
        Latents there = Latents.of(1, 1, 2, new float[] {0, 1});
        List<Double> weights = particles.weights(List.of(0.0, 1.0, 4.0));
        return List.of(
                particles.gain(new NoiseLevel(0, 1, 2), new NoiseLevel(0, 1, 1), new Prediction(here, here), new Prediction(there, there)),
                weights,
                particles.resamples(weights, false));
    }

    /// A few values over the range of a parameter.
    private static List<String> values(ParameterSpec spec) {
        return switch (spec) {
            case ParameterSpec.Real number -> Stream.of(0.0, 0.02, 0.1, 0.35, 0.7, 0.97, 1.0)
                    .map(p -> number.min() + p * (number.softMax() - number.min()))
                    .map(v -> Descriptor.plain(number.whole() ? Math.rint(v) : v))
                    .distinct()
                    .toList();
            case ParameterSpec.Choice choice -> choice.options();
            case ParameterSpec.Flag flag -> List.of("true", "false");
            case ParameterSpec.Text text when text.name().equals("concepts") -> List.of(text.preset(), "ship=rain", "cond=sun");
            case ParameterSpec.Text text when text.name().equals("steps") -> List.of(text.preset(), "3 c u", "4 l c l");
            case ParameterSpec.Text text when text.name().equals("fit") -> List.of(text.preset(), KEY + "; 1: 1 0.1 | 0.2", fit(0.2), fit(0.6), KEY + "; 0: 2 0.1; 1: 1.5 0; 4: 1.2 0");
            case ParameterSpec.Text text -> List.of(text.preset(), "a red apple", "rain", "0:2 0.5:1 1:0", "0:0 1:3");
        };
    }

    /// Coefficients for every step: a share of the prompt's noise there and of the second branch's before.
    private static String fit(double share) {
        StringBuilder text = new StringBuilder(KEY);
        for (int step = 0; step < 6; step++) {
            text.append("; ").append(step).append(": ").append("0 ".repeat(step)).append(share).append(" |").append(step == 0 ? "" : " 0".repeat(step - 1) + " 0.3");
        }
        return text.toString();
    }
}
