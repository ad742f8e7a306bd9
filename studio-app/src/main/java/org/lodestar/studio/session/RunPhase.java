package org.lodestar.studio.session;

import org.lodestar.engine.run.RunOutcome;

/// Where a followed run stands.
public sealed interface RunPhase {
    /// Behind other runs.
    record Waiting() implements RunPhase {}

    /// @param part     what is being loaded
    /// @param fraction 0..1
    record Loading(String part, double fraction) implements RunPhase {}

    /// @param done  steps done
    /// @param steps all steps
    record Denoising(int done, int steps) implements RunPhase {}

    /// All steps are done, pictures are being decoded and written.
    record Finishing() implements RunPhase {}

    record Over(RunOutcome outcome) implements RunPhase {}
}
