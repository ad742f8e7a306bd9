package org.lodestar.engine.guidance;

import java.util.List;
import org.lodestar.engine.model.Evaluation;

/// Policies stacked into one guided evaluation.
public interface PolicyStack {

    /// The stack's state before the first step of a new image.
    PolicyState begin();

    /// Texts to encode before the run.
    List<String> prompts();

    /// One guided evaluation at `context.x()`.
    Evaluation<GuidanceOutcome> evaluate(StepContext context, PolicyState state);
}
