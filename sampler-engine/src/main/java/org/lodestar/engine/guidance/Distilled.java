package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.parameter.Descriptor;

/// Distilled guidance: a net that has learnt what guidance does and takes the weight as one more input.
///
/// ```
/// D = net(x, t, prompt, w)
/// ```
///
/// One network evaluation per step. There is no second branch, hence no negative prompt. The net is the model's own where that has such an input (latent consistency models, nets with a
/// `guidance` input), or a companion.
///
/// Source: adapter guidance distillation, Jensen and Sadat 2025, arXiv 2503.07274; before it Meng et al. 2022, arXiv 2210.03142.
public record Distilled(double w) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "distilled",
                    "Distilled",
                    "Distilled guidance",
                    "For models that have learnt to guide themselves: the strength goes straight into the model, at half the cost of CFG. A negative prompt has no effect.",
                    "D = net(x, t, prompt, w)",
                    "arXiv 2503.07274",
                    Descriptor.Fidelity.EXACT,
                    List.of(Cfg.weight(7.5))),
            Set.of(Slot.CONDITION, Slot.STRENGTH),
            "1",
            parameters -> new Distilled(parameters.number("w")));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Set<Branch.Net> nets() {
        return Set.of(Branch.Net.DISTILLED);
    }

    @Override
    public Conditioned condition(StepContext context, PolicyState state) {
        Branch cond = context.branches().cond();
        return Conditioned.of(new Branch("distilled", cond.conditioning().with(Conditioning.GUIDANCE, w), Branch.Net.DISTILLED), state);
    }
}
