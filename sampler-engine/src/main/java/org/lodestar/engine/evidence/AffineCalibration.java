package org.lodestar.engine.evidence;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.lodestar.engine.guidance.AffineFit;
import org.lodestar.engine.guidance.LinearFit;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.record.CanonicalJson;

/// The two numbers per step of [org.lodestar.engine.guidance.Core2Affine], fitted on recorded CFG runs and tried on others. They hold for one model, sampler, spacing, number of steps, weight
/// and size.
///
/// @param model  name of the model
/// @param fit    the numbers with what they hold for
/// @param errors by step, on runs that were not fitted
public record AffineCalibration(String model, AffineFit fit, List<StepErrors> errors) {
    public AffineCalibration {
        errors = List.copyOf(errors);
    }

    /// Mean square errors relative to the guided noise, over the held-out runs; as in [AffineFit.HeldOut].
    public record StepErrors(int step, Spread fitted, Spread prompt) {}

    /// Records CFG runs of the scope of `fitted` and measures the errors on those of `held`.
    public static AffineCalibration of(Lab fitted, Lab held) {
        List<LinearFit.Recording> recordings = fitted.scope().prompts().stream().flatMap(prompt -> fitted.recordings(prompt).stream()).toList();
        AffineFit fit = AffineFit.fit(fitted.key(fitted.scope().cfg()), recordings);
        List<List<AffineFit.HeldOut>> each = new ArrayList<>();
        for (String prompt : held.scope().prompts()) {
            held.recordings(prompt).forEach(recording -> each.add(fit.errors(recording)));
        }
        List<StepErrors> errors = IntStream.range(0, fit.rows().size())
                .mapToObj(i -> new StepErrors(fit.rows().get(i).step(), Spread.of(each, run -> run.get(i).fitted()), Spread.of(each, run -> run.get(i).prompt())))
                .toList();
        return new AffineCalibration(fitted.model().name(), fit, errors);
    }

    /// The policy with these numbers, without the CFG it is joined with.
    public Term term() {
        return new Term("core2_affine", Map.of("fit", fit.text()));
    }

    /// As canonical JSON.
    public String json() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("model", model);
        all.put("key", fit.key().text());
        all.put("errors", errors.stream().map(error -> Map.of("step", error.step(), "fitted", error.fitted().median(), "prompt", error.prompt().median())).toList());
        all.put("policy", term().text() + " + cfg(w=" + Numbers.plain(fit.key().w()) + ")");
        return CanonicalJson.write(all);
    }
}
