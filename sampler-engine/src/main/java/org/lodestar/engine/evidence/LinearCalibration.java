package org.lodestar.engine.evidence;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.lodestar.engine.guidance.LinearFit;
import org.lodestar.engine.guidance.LinearFitting;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.record.CanonicalJson;

/// Coefficients for [org.lodestar.engine.guidance.LinearAg], fitted on recorded CFG runs and tried on others. They hold for one model, sampler, spacing, number of steps, weight and size.
///
/// @param model  name of the model
/// @param fit    the coefficients with what they hold for
/// @param errors by step, on runs that were not fitted
public record LinearCalibration(String model, LinearFit fit, List<StepErrors> errors) {
    public LinearCalibration {
        errors = List.copyOf(errors);
    }

    /// Mean square errors relative to the second branch's noise, over the held-out runs; as in [LinearFit.HeldOut].
    public record StepErrors(int step, Spread fitted, Spread fedBack, Spread prompt, Spread lastDifference) {}

    /// Records CFG runs of the scope of `fitted`, one prompt's at a time, and measures the errors on those of `held`.
    public static LinearCalibration of(Lab fitted, Lab held) {
        LinearFit fit = fit(fitted);
        List<List<LinearFit.HeldOut>> each = new ArrayList<>();
        for (String prompt : held.scope().prompts()) {
            held.recordings(prompt).forEach(recording -> each.add(fit.errors(recording)));
        }
        List<StepErrors> errors = IntStream.range(0, each.getFirst().size())
                .mapToObj(i -> new StepErrors(
                        each.getFirst().get(i).step(),
                        Spread.of(each, run -> run.get(i).fitted()),
                        Spread.of(each, run -> run.get(i).fedBack()),
                        Spread.of(each, run -> run.get(i).prompt()),
                        Spread.of(each, run -> run.get(i).lastDifference())))
                .toList();
        return new LinearCalibration(fitted.model().name(), fit, errors);
    }

    /// Coefficients from CFG runs of the lab's scope, one prompt's at a time.
    public static LinearFit fit(Lab lab) {
        LinearFitting fitting = new LinearFitting(lab.scope().steps());
        for (String prompt : lab.scope().prompts()) {
            lab.recordings(prompt).forEach(fitting::add);
        }
        return fitting.fit(lab.key(lab.scope().cfg()));
    }

    /// LinearAG with these coefficients, without the CFG it is joined with.
    ///
    /// @param second "cond" or "linear": what the second half does
    public Term term(String second) {
        return new Term("linear_ag", Map.of("fit", fit.text(), "second", second));
    }

    /// LinearAG with these coefficients over CFG of the weight they hold for.
    public String policy(String second) {
        return term(second).text() + " + cfg(w=" + Numbers.plain(fit.key().w()) + ")";
    }

    /// As canonical JSON.
    public String json() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("model", model);
        all.put("key", fit.key().text());
        all.put("errors", errors.stream().map(LinearCalibration::json).toList());
        all.put("policy", policy("cond"));
        return CanonicalJson.write(all);
    }

    private static Map<String, Object> json(StepErrors error) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("step", error.step());
        all.put("fitted", error.fitted().median());
        all.put("fedBack", error.fedBack().median());
        all.put("prompt", error.prompt().median());
        all.put("lastDifference", error.lastDifference().median());
        return all;
    }
}
