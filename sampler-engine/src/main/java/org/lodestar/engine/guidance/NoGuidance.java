package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.parameter.Descriptor;

/// No guidance: `D = D_c`, one network evaluation per step.
public final class NoGuidance implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "none",
                    "None",
                    "No guidance",
                    "Lets the model paint the prompt its own way: softest match, fastest. Right for distilled few-step models. A negative prompt has no effect.",
                    "D = D_c",
                    "",
                    Descriptor.Fidelity.EXACT,
                    List.of()),
            Set.of(Slot.WHEN, Slot.STRENGTH),
            "1",
            parameters -> new NoGuidance());

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public boolean active(StepContext context, PolicyState state) {
        return false;
    }
}
