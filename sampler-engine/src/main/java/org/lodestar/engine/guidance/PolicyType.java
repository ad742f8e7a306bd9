package org.lodestar.engine.guidance;

import java.util.Set;
import java.util.function.Function;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.Parameters;

/// A catalogue entry for a policy.
///
/// @param descriptor id, words, parameters
/// @param slots      the slots it fills
/// @param cost       network evaluations per step in words ("2; 1 where it is off")
/// @param create     makes the policy from checked parameters
public record PolicyType(Descriptor descriptor, Set<Slot> slots, String cost, Function<Parameters, GuidancePolicy> create) {
    public PolicyType {
        slots = Set.copyOf(slots);
    }
}
