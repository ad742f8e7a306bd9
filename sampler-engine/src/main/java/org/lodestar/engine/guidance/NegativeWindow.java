package org.lodestar.engine.guidance;

import java.util.Set;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.parameter.Descriptor;

/// A negative prompt that acts in a part of the steps; elsewhere the empty prompt takes its place.
///
/// ```
/// D_r = D_n if floor(from*N) <= i < floor(to*N), else D_0
/// ```
///
/// In the first steps a negative prompt has nothing yet to take away and may draw what it should prevent; late, there is nothing left to decide.
///
/// Source: Ban et al. 2024, arXiv 2406.02965.
public record NegativeWindow(double from, double to) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "negative_window",
                    "Negative window",
                    "Negative prompt for some of the steps",
                    "Lets the negative prompt act only while the things it names take shape, so that it removes them without disturbing the rest.",
                    "D_r = D_n if floor(from*N) <= i < floor(to*N), else D_0",
                    "arXiv 2406.02965",
                    Descriptor.Fidelity.EXACT,
                    Window.parameters(0.17, 0.5, "the negative prompt")),
            Set.of(Slot.REFERENCE),
            "0",
            parameters -> new NegativeWindow(parameters.number("from"), parameters.number("to")));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Branch reference(StepContext context, PolicyState state) {
        return context.within(from, to) ? context.branches().base() : context.branches().empty();
    }
}
