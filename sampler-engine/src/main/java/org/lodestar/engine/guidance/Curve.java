package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.parameter.Parameters;

/// A guidance weight that changes over the run.
///
/// ```
/// w := 1 + (w - 1)*f(p),   p = (i + 1/2)/N      step i of N, from 0; f as in WeightCurve
/// clamped: w := max(floor, 1 + (w-1)*2p)
/// ```
///
/// Counted from the plain prompt: at `f = 0` the picture follows the prompt unguided, and the second branch is not asked. All shapes but `clamped` and `points`
/// have the mean 1, so that the average strength stays what the slider says. Neutral: `flat`.
///
/// `exponential` is C2FG, which multiplies the strength by `exp(lambda*(1-t))` with time t from 1 to 0: here `rate` is lambda, and the strength set is the mean
/// instead of the one at the start. `beta` with [PowerLaw] below 0 is beta-CFG.
///
/// Source: Wang et al. 2024, arXiv 2404.13040; `exponential` and `beta` from secondary sources.
public final class Curve implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "curve",
                    "Curve",
                    "Strength curve",
                    "Changes the strength on the way: rising curves begin freely and end literal, which gives variety and detail; or draw your own.",
                    "w := 1 + (w-1)*f(p), p = (i + 1/2)/N",
                    "arXiv 2404.13040",
                    Descriptor.Fidelity.EXACT,
                    List.of(
                            new ParameterSpec.Choice(
                                    "shape",
                                    "Shape",
                                    WeightCurve.SHAPES,
                                    "linear",
                                    "How the strength goes: rising, falling, a hill, a valley, or through points of your own."),
                            ParameterSpec.number("floor", "Least strength", 0, 100, 20, 2, 0.1, "Only for clamped: the strength never falls below this."),
                            ParameterSpec.number("power", "Late rise", 0.2, 8, 4, 0.1, "Only for pcs: larger values keep the strength low for longer."),
                            ParameterSpec.number(
                                    "rate", "Growth", -3, 3, 0.7, 0.05, "Only for exponential: 0.7 about doubles the strength from start to end, 0.2 suits "
                                            + "SD, below 0 it falls."),
                            new ParameterSpec.Text(
                                    WeightCurve.POINTS,
                                    "Points",
                                    "0:1 1:1",
                                    "Only for points: pairs progress:factor, for example 0:0 0.3:1.5 1:0.5; factor 1 is the strength as set."))),
            Set.of(Slot.CURVE),
            "1 where the strength is 1",
            Curve::new);

    private final WeightCurve curve;
    private final double floor;

    private Curve(Parameters parameters) {
        curve = new WeightCurve(parameters);
        floor = parameters.number("floor");
    }

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public double curve(StepContext context, double weight) {
        double p = (context.step() + 0.5) / context.steps();
        double curved = 1 + (weight - 1) * curve.at(p);
        return curve.shape().equals("clamped") ? Math.max(floor, curved) : curved;
    }
}
