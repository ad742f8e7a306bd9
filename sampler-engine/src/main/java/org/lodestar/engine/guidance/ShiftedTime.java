package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.schedule.NoiseLevel;

/// Self-guidance by a shifted time: guides away from what the net answers when it is told a wrong noise level.
///
/// ```
/// D_r = D_c of the same state, with model time t + shift*t_max, kept within 0..t_max (the run's first time)
/// ```
///
/// Needs no second prompt, so it guides unconditional and distilled nets too. Alpha and sigma stay those of the state.
///
/// Source: the scalar variant of time-step guidance, Sadat et al. 2024, arXiv 2407.02687.
public record ShiftedTime(double shift) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "shifted_time",
                    "Shifted time",
                    "Guidance by a shifted time",
                    "Guides away from what the model would paint if it misjudged the noise. Works without any second prompt; try strengths around 3.",
                    "D_r = D_c at model time t + shift*t_max",
                    "after arXiv 2407.02687",
                    Descriptor.Fidelity.APPROXIMATION,
                    List.of(ParameterSpec.number("shift", "Misjudgement", -0.2, 0.2, 0.01, 0.005, "How far off the noise is judged, as a share of the whole range."))),
            Set.of(Slot.REFERENCE),
            "0",
            parameters -> new ShiftedTime(parameters.number("shift")));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Branch reference(StepContext context, PolicyState state) {
        Branch cond = context.branches().cond();
        return new Branch("shifted", cond.conditioning(), cond.net());
    }

    @Override
    public NoiseLevel referenceLevel(StepContext context) {
        double latest = context.grid().level(0).modelTime();
        double shifted = Math.clamp(context.level().modelTime() + shift * latest, 0, latest);
        return new NoiseLevel(shifted, context.level().alpha(), context.level().sigma());
    }
}
