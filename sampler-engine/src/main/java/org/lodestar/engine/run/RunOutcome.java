package org.lodestar.engine.run;

import org.lodestar.engine.fault.EngineException;

/// How a run ended.
public sealed interface RunOutcome {
    /// All pictures are finished.
    record Completed() implements RunOutcome {}

    /// Stopped by the user after `stepsDone` steps; pictures finished before stay.
    record Cancelled(int stepsDone) implements RunOutcome {}

    /// Could not go on.
    record Failed(EngineException problem) implements RunOutcome {}
}
