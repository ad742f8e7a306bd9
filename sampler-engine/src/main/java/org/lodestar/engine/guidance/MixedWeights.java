package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// Weight interpolation: the whole stack asks a net whose weights lie between those of the main net and of a second one with the same graph.
///
/// ```
/// theta = (1-share)*theta_main + share*theta_second
/// ```
///
/// Costs nothing per step; a new share takes as long as loading the net. Shares 0 and 1 are the two nets themselves. Neutral: `share = 0`. The two must be fine-tunes of one model, and not
/// quantised.
///
/// Source: the deployment-time interpolation of arXiv 2410.06084.
public record MixedWeights(double share) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "weights",
                    "Mixed weights",
                    "Mixture of two models",
                    "Melts two relatives of one model into a single new one, in the proportion you set: between strict and playful, or between two styles. Needs a second model of the same build.",
                    "theta = (1-share)*theta_main + share*theta_second",
                    "arXiv 2410.06084",
                    Descriptor.Fidelity.EXACT,
                    List.of(ParameterSpec.number("share", "Second model's share", 0, 1, 0.5, 0.05, "0 is the first model, 1 the second."))),
            Set.of(Slot.CONDITION),
            "0",
            parameters -> new MixedWeights(parameters.number("share")));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Set<Branch.Net> nets() {
        return Set.of(net());
    }

    @Override
    public Branches branches(Branches branches) {
        return share == 0 ? branches : branches.each(this::mixed);
    }

    private Branch.Net net() {
        return share == 0 ? Branch.Net.MAIN : share == 1 ? Branch.Net.SECOND : Branch.Net.MIXED;
    }

    private Branch mixed(Branch branch) {
        Conditioning told = share == 1 ? branch.conditioning() : branch.conditioning().with(Conditioning.SHARE, share);
        return new Branch(branch.name(), told, net());
    }
}
