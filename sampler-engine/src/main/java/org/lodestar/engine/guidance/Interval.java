package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.parameter.Parameters;

/// Guidance in a limited range of noise levels.
///
/// ```
/// guided if lo < s <= hi,  else D = D_c,   with s = sigma/alpha of the level the step starts from
/// ```
///
/// All stages of a step share its decision. `hi = 1000` means no upper bound. Outside, the second branch is not asked: one network evaluation.
///
/// Source: Kynkäänniemi et al. 2024, arXiv 2404.07724.
public record Interval(double lo, double hi) implements GuidancePolicy {

    private static final double UNBOUNDED = 1000;

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "interval",
                    "Interval",
                    "Guidance interval",
                    "Guides only in the middle of the way. Leaving the first steps alone keeps variety and colour at high strength; leaving the last ones alone saves time.",
                    "guided if lo < sigma/alpha <= hi, else D = D_c",
                    "arXiv 2404.07724",
                    Descriptor.Fidelity.EXACT,
                    List.of(
                            ParameterSpec.number(
                                    "lo",
                                    "Stops at noise",
                                    0,
                                    UNBOUNDED,
                                    5,
                                    0,
                                    0.05,
                                    "Noise level (sigma/alpha) below which the model finishes on its own; 0 guides to the end."),
                            ParameterSpec.number(
                                    "hi",
                                    "Starts at noise",
                                    0,
                                    UNBOUNDED,
                                    20,
                                    UNBOUNDED,
                                    0.1,
                                    "Noise level (sigma/alpha) above which the model lays out the picture on its own, without your negative prompt too; 1000 guides from the start."))),
            Set.of(Slot.WHEN),
            "1 outside the interval",
            Interval::of);

    private static Interval of(Parameters parameters) {
        double lo = parameters.number("lo");
        double hi = parameters.number("hi");
        if (lo >= hi) {
            throw new EngineException.InvalidInput(
                    "interval", "lo below hi", "lo " + Descriptor.plain(lo) + " and hi " + Descriptor.plain(hi), "Swap them, or use none for no guidance at all");
        }
        return new Interval(lo, hi);
    }

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public boolean active(StepContext context, PolicyState state) {
        double s = context.stepLevel().karrasSigma();
        return s > lo && (s <= hi || hi >= UNBOUNDED);
    }
}
