package org.lodestar.engine.cli;

import org.lodestar.engine.fault.EngineException;

/// What the process ends with.
final class ExitCode {
    static final int DONE = 0;
    /// The machine or the network failed, or a replay came out different.
    static final int FAILED = 1;
    /// What was asked for cannot be done as asked.
    static final int BAD_INPUT = 2;
    /// Stopped by the user: 128 + SIGINT.
    static final int CANCELLED = 130;

    private ExitCode() {}

    static int of(EngineException problem) {
        return switch (problem) {
            case EngineException.InvalidInput _, EngineException.ModelProblem _, EngineException.OutputFailure _ -> BAD_INPUT;
            case EngineException.InferenceFailure _, EngineException.NumericalFailure _, EngineException.OutOfResources _ -> FAILED;
        };
    }
}
