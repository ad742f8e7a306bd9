package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// Step AG: guidance in the first part of the run, the plain prompt after it.
///
/// ```
/// guided if i < floor(fraction*N), else D = D_c      step i of N, from 0
/// ```
///
/// [AdaptiveGuidance] without its cosine, whose threshold carries over badly between models. Neutral: `fraction = 1`.
///
/// Source: arXiv 2506.08351.
public record StepAg(double fraction) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "step_ag",
                    "Step AG",
                    "Guidance for the first steps",
                    "Guides while the picture is being laid out and saves half the work on the rest, where guidance changes little.",
                    "guided if i < floor(fraction*N), else D = D_c",
                    "arXiv 2506.08351",
                    Descriptor.Fidelity.EXACT,
                    List.of(ParameterSpec.number(
                            "fraction", "Guided share", 0, 1, 0.5, 0.05, "Share of the steps, from the start, that are guided; 1 is all of them."))),
            Set.of(Slot.WHEN),
            "2, then 1",
            parameters -> new StepAg(parameters.number("fraction")));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public boolean active(StepContext context, PolicyState state) {
        return context.within(0, fraction);
    }
}
