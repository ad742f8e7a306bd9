package org.lodestar.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.schedule.NoiseLevel;

class EvaluationTest {
    private static final Query QUERY =
            new Query(Branch.main("cond", new Conditioning("", Map.of())), Latents.zeros(1, 1, 1), new NoiseLevel(0, 1, 0));
    private static final Prediction ANSWER = new Prediction(Latents.of(1, 1, 1, new float[] {3}), Latents.zeros(1, 1, 1));

    @Test
    void mapAndFlatMapRunAfterTheAnswers() {
        Evaluation<Float> twice = Evaluation.ask(QUERY)
                .flatMap(first -> Evaluation.ask(QUERY).map(second -> first.denoised().at(0) + second.denoised().at(0)));

        assertThat(answer(twice)).isEqualTo(6f);
    }

    @Test
    void adviceCanBeAskedBetweenAnswers() {
        Evaluation<Double> mixed = Evaluation.ask(QUERY)
                .flatMap(first -> Evaluation.classify(first.denoised()).flatMap(logits -> Evaluation.ask(QUERY).map(second -> logits.get(1) + second.denoised().at(0))));

        assertThat(answer(mixed)).isEqualTo(8);
    }

    @Test
    void aResultAsksNothing() {
        assertThat(Evaluation.done(2).map(x -> x * 2).flatMap(x -> Evaluation.done(x + 1))).isEqualTo(new Evaluation.Done<>(5));
    }

    private static <T> T answer(Evaluation<T> evaluation) {
        return switch (evaluation) {
            case Evaluation.Done<T>(T value) -> value;
            case Evaluation.Ask<T> ask -> answer(ask.then().apply(ask.queries().stream().map(q -> ANSWER).toList()));
            case Evaluation.Consult<T>(Consultation.Classes _, var then) -> answer(then.apply(new Advice.Classes(List.of(1.0, 5.0))));
            case Evaluation.Consult<T> other -> throw new AssertionError(other);
        };
    }

    @Test
    void askingSeveralGivesTheAnswersInOrder() {
        Evaluation<List<Prediction>> three = Evaluation.ask(List.of(QUERY, QUERY, QUERY));

        assertThat(answer(three)).hasSize(3);
    }
}
