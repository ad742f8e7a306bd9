package org.lodestar.engine.guidance;

import java.util.Map;
import java.util.NoSuchElementException;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Prediction;

/// The answers one guided evaluation works with.
///
/// @param context   where in the run
/// @param cond      the estimate under the prompt
/// @param reference the estimate under the second branch; `cond` itself where the second branch was not asked
/// @param compared  whether the second branch was asked, so that there is something to compare the prompt's estimate with
/// @param others    the estimates of all branches asked, among them those that policies asked for
/// @param weight    the guidance weight w in force
public record Estimates(
        StepContext context, Prediction cond, Prediction reference, boolean compared, Map<Branch, Prediction> others, double weight) {
    public Estimates {
        others = Map.copyOf(others);
    }

    /// The estimate of a branch named by [GuidancePolicy#extras].
    ///
    /// @throws NoSuchElementException if it was not asked for
    public Prediction of(Branch branch) {
        Prediction found = others.get(branch);
        if (found == null) {
            throw new NoSuchElementException("no estimate of branch " + branch.name());
        }
        return found;
    }
}
