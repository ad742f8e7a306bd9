package org.lodestar.engine.run;

import java.util.ArrayList;
import java.util.List;
import org.lodestar.engine.model.Advice;
import org.lodestar.engine.model.Adviser;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Consultation;
import org.lodestar.engine.model.Denoiser;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.model.Query;

/// Answers several evaluations together: all questions that are open at the same time go to the denoiser in one request; consultations before them, one by one.
final class LinkedEvaluations {

    /// @param result      what the evaluation came to
    /// @param evaluations network evaluations it asked for
    /// @param nanos       its share of the network's time, by number of questions, and the time of its consultations
    record Answered<T>(T result, int evaluations, long nanos) {}

    private LinkedEvaluations() {}

    /// The results in the order of `evaluations`.
    static <T> List<Answered<T>> answer(List<Evaluation<T>> evaluations, Denoiser denoiser, Adviser adviser, CancelToken cancel) {
        List<Evaluation<T>> open = new ArrayList<>(evaluations);
        int[] asked = new int[open.size()];
        long[] nanos = new long[open.size()];
        while (true) {
            for (int i = 0; i < open.size(); i++) {
                while (open.get(i) instanceof Evaluation.Consult<T>(Consultation question, var then)) {
                    long start = System.nanoTime();
                    Advice advice = adviser.answer(question, cancel);
                    nanos[i] += System.nanoTime() - start;
                    open.set(i, then.apply(advice));
                }
            }
            List<Query> queries = new ArrayList<>();
            for (Evaluation<T> evaluation : open) {
                if (evaluation instanceof Evaluation.Ask<T> ask) {
                    queries.addAll(ask.queries());
                }
            }
            if (queries.isEmpty()) {
                break;
            }
            long start = System.nanoTime();
            List<Prediction> answers = denoiser.predict(queries, cancel);
            long each = (System.nanoTime() - start) / queries.size();
            int from = 0;
            for (int i = 0; i < open.size(); i++) {
                if (open.get(i) instanceof Evaluation.Ask<T> ask) {
                    int count = ask.queries().size();
                    asked[i] += count;
                    nanos[i] += each * count;
                    open.set(i, ask.then().apply(List.copyOf(answers.subList(from, from + count))));
                    from += count;
                }
            }
        }
        List<Answered<T>> results = new ArrayList<>();
        for (int i = 0; i < open.size(); i++) {
            if (open.get(i) instanceof Evaluation.Done<T>(T value)) {
                results.add(new Answered<>(value, asked[i], nanos[i]));
            }
        }
        return results;
    }
}
