package org.lodestar.engine.guidance;

import java.util.List;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Prediction;

/// The prompt's estimate somewhere, as the stack's [Slot#CONDITION] part makes it, and what was asked along with it.
///
/// @param branch   what was asked as the prompt
/// @param estimate under the prompt
/// @param beside   the answers of the branches asked along with it, in their order
/// @param asked    names of all branches asked, each one network evaluation
public record Prompted(Branch branch, Prediction estimate, List<Prediction> beside, List<String> asked) {
    public Prompted {
        beside = List.copyOf(beside);
        asked = List.copyOf(asked);
    }
}
