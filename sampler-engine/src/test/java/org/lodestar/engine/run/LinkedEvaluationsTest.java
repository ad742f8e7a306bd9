package org.lodestar.engine.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Adviser;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.model.Denoiser;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.schedule.NoiseLevel;

class LinkedEvaluationsTest {
    private final List<Integer> requestSizes = new ArrayList<>();
    /// Answers with the state itself.
    private final Denoiser echo = (queries, cancel) -> {
        requestSizes.add(queries.size());
        return queries.stream().map(q -> new Prediction(q.x(), q.x())).toList();
    };

    @Test
    void openQuestionsOfAllEvaluationsAreAnsweredTogetherAndGoBackToTheirAskers() {
        Evaluation<Float> one = Evaluation.ask(query(1)).map(LinkedEvaluationsTest::value);
        Evaluation<Float> two = Evaluation.ask(List.of(query(10), query(20)))
                .flatMap(first -> Evaluation.ask(query(value(first.get(0)) + value(first.get(1)))).map(second -> value(second) + 0.5f));
        Evaluation<Float> none = Evaluation.done(7f);

        List<LinkedEvaluations.Answered<Float>> answers = LinkedEvaluations.answer(List.of(one, two, none), echo, Adviser.NONE, new CancelToken());

        assertThat(answers).extracting(LinkedEvaluations.Answered::result).containsExactly(1f, 30.5f, 7f);
        assertThat(answers).extracting(LinkedEvaluations.Answered::evaluations).containsExactly(1, 3, 0);
        assertThat(requestSizes).containsExactly(3, 1);
    }

    private static Query query(float value) {
        return new Query(
                Branch.main("cond", new Conditioning("", Map.of())), Latents.of(1, 1, 1, new float[] {value}), new NoiseLevel(0, 1, 0));
    }

    private static float value(Prediction prediction) {
        return prediction.denoised().at(0);
    }
}
