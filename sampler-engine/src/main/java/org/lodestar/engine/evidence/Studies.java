package org.lodestar.engine.evidence;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.lodestar.engine.fault.EngineException;

/// Waits for work on the engine's thread.
final class Studies {

    private Studies() {}

    /// What the work came to.
    ///
    /// @throws EngineException what it failed with
    static <T> T await(CompletableFuture<T> study) throws InterruptedException {
        try {
            return study.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof EngineException known ? known : new EngineException.InferenceFailure("The model could not be studied (" + e.getCause() + ").", e.getCause());
        }
    }
}
