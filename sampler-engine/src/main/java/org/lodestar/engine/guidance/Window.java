package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// Guidance in a part of the steps.
///
/// ```
/// guided if floor(from*N) <= i < floor(to*N), else D = D_c      step i of N, from 0
/// ```
///
/// The same idea as [Interval], counted in steps; which noise levels that means depends on the spacing. Neutral: 0 to 1.
public record Window(double from, double to) implements GuidancePolicy {

    /// The parameters `from` and `to`, shares of the run.
    static List<ParameterSpec> parameters(double from, double to, String what) {
        return List.of(
                ParameterSpec.number("from", "From", 0, 1, from, 0.01, "Share of the steps after which " + what + " begins; 0 is the start."),
                ParameterSpec.number("to", "To", 0, 1, to, 0.01, "Share of the steps after which " + what + " ends; 1 is the end."));
    }

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "window",
                    "Window",
                    "Guidance window",
                    "Guides only between two points of the run and lets the model paint on its own before and after, at half the cost.",
                    "guided if floor(from*N) <= i < floor(to*N), else D = D_c",
                    "",
                    Descriptor.Fidelity.EXACT,
                    parameters(0, 1, "guidance")),
            Set.of(Slot.WHEN),
            "1 outside the window",
            parameters -> new Window(parameters.number("from"), parameters.number("to")));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public boolean active(StepContext context, PolicyState state) {
        return context.within(from, to);
    }
}
