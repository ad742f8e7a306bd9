package org.lodestar.engine.evidence;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.guidance.Telemetry;
import org.lodestar.engine.record.CanonicalJson;

/// The threshold at which [org.lodestar.engine.guidance.AdaptiveGuidance] stops guiding after a wanted share of the steps. It holds for one model, space, number of steps
/// and weight; elsewhere another one is right.
///
/// Of the agreement `gamma_i` of each recorded CFG run only the running maximum `M_i = max(gamma_0..gamma_i)` matters, since the latch closes at the first crossing. To stop
/// after `k` guided steps the threshold lies halfway between the medians of `M_{k-2}` and `M_{k-1}` over the runs.
///
/// @param model     name of the model
/// @param modelHash its content hash
/// @param space     "x0", "eps" or "x-eps"
/// @param steps     steps of a full run
/// @param w         CFG weight
/// @param fraction  wanted share of guided steps, above 0 and up to 1
/// @param threshold the agreement at which guidance stops
/// @param cosines   median agreement at each step, from which it was chosen
public record AgCalibration(String model, String modelHash, String space, int steps, double w, double fraction, double threshold, List<Double> cosines) {
    private static final double NEVER = 1.01;

    public AgCalibration {
        cosines = List.copyOf(cosines);
    }

    /// Checks what can be checked before any run.
    ///
    /// @throws EngineException.InvalidInput for an unknown space or a share that is not above 0 and up to 1
    public static void requireValid(String space, double fraction) {
        curve(List.of(), space);
        if (!(fraction > 0 && fraction <= 1)) {
            throw new EngineException.InvalidInput("fraction", "a share above 0 and up to 1", Numbers.full(fraction), "0.5 is a good start");
        }
    }

    /// Records CFG runs of the lab's scope and chooses the threshold.
    ///
    /// @throws EngineException.InvalidInput as [#requireValid]
    public static AgCalibration of(Lab lab, String space, double fraction) {
        requireValid(space, fraction);
        return fit(lab, lab.pictures(lab.scope().cfg()), space, fraction);
    }

    static AgCalibration fit(Lab lab, List<Picture> recorded, String space, double fraction) {
        Scope scope = lab.scope();
        List<double[]> curves = recorded.stream().map(p -> curve(p.telemetry(), space)).toList();
        List<Double> medians = IntStream.range(0, scope.steps()).mapToObj(i -> Spread.of(curves, curve -> curve[i]).median()).toList();
        return new AgCalibration(
                lab.model().name(), lab.model().contentHash(), space, scope.steps(), scope.w(), fraction, threshold(curves, fraction), medians);
    }

    /// The agreement of the two estimates at each step.
    static double[] curve(List<Telemetry> telemetry, String space) {
        ToDoubleFunction<Telemetry> cosine =
                switch (space) {
                    case "x0" -> Telemetry::cosineX0;
                    case "eps" -> Telemetry::cosineEps;
                    case "x-eps" -> Telemetry::cosineXMinusEps;
                    default -> throw new EngineException.InvalidInput("space", "x0, eps or x-eps", space, "Choose one of them");
                };
        return telemetry.stream().mapToDouble(cosine).toArray();
    }

    /// The threshold that stops half of the runs after `fraction` of their steps.
    static double threshold(List<double[]> curves, double fraction) {
        int steps = curves.getFirst().length;
        int guided = Math.max(1, (int) Math.round(fraction * steps));
        if (guided == steps) {
            return NEVER;
        }
        double reached = Spread.of(curves, curve -> most(curve, guided)).median();
        double before = guided == 1 ? reached : Spread.of(curves, curve -> most(curve, guided - 1)).median();
        return before + (reached - before) / 2;
    }

    private static double most(double[] curve, int count) {
        double most = -1;
        for (int i = 0; i < count; i++) {
            most = Math.max(most, curve[i]);
        }
        return most;
    }

    /// Adaptive guidance with this threshold over CFG of this weight.
    public String policy() {
        return "ag(threshold=" + Numbers.plain(threshold) + ",space=" + space + ") + cfg(w=" + Numbers.plain(w) + ")";
    }

    /// As canonical JSON.
    public String json() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("model", model);
        all.put("modelHash", modelHash);
        all.put("space", space);
        all.put("steps", steps);
        all.put("w", w);
        all.put("fraction", fraction);
        all.put("threshold", threshold);
        all.put("cosines", cosines);
        all.put("policy", policy());
        return CanonicalJson.write(all);
    }
}
