package org.lodestar.engine.model;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// The network seam: answers queries. One caller at a time (the sampler thread).
public interface Denoiser {

    /// One prediction per query, in their order. The queries may differ in branch, state and level; the implementation groups them into network calls.
    ///
    /// @throws Cancelled if `cancel` was cancelled meanwhile
    /// @throws org.lodestar.engine.fault.EngineException.InferenceFailure if the network fails
    List<Prediction> predict(List<Query> queries, CancelToken cancel);

    /// The same for one run, for which it may remember what it met.
    ///
    /// @param notice told, as a sentence, what the user should know, once
    default Denoiser forRun(Consumer<String> notice) {
        return this;
    }

    /// The nets it can ask.
    default Set<Branch.Net> nets() {
        return Set.of(Branch.Net.MAIN);
    }
}
