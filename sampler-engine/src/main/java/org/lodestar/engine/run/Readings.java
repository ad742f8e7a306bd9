package org.lodestar.engine.run;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Advice;
import org.lodestar.engine.model.Adviser;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Consultation;
import org.lodestar.engine.record.RunRecord;

/// What the model's companions say of a finished picture, by the names of [RunRecord#readings()].
final class Readings {

    private Readings() {}

    /// Nothing for a model without companions that look at pictures.
    ///
    /// @param prompt the words alone: a scorer knows no syntax
    static Map<String, Double> of(Latents finished, String prompt, Adviser adviser, CancelToken cancel) {
        Map<String, Double> readings = new HashMap<>();
        if (adviser.kinds().contains(Consultation.Kind.LIKENESS)
                && !prompt.isBlank()
                && adviser.answer(new Consultation.Likeness(finished, List.of(prompt)), cancel) instanceof Advice.Likeness(List<Double> cosines)) {
            readings.put(RunRecord.LIKENESS, cosines.getFirst());
        }
        if (adviser.kinds().contains(Consultation.Kind.CLASSES)
                && adviser.answer(new Consultation.Classes(finished), cancel) instanceof Advice.Classes(List<Double> logits)) {
            int best = 0;
            for (int k = 1; k < logits.size(); k++) {
                best = logits.get(k) > logits.get(best) ? k : best;
            }
            double top = logits.get(best);
            double sum = logits.stream().mapToDouble(logit -> StrictMath.exp(logit - top)).sum();
            readings.put(RunRecord.LABEL + adviser.labels().get(best), 1 / sum);
        }
        return readings;
    }
}
