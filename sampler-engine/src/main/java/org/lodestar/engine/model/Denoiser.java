package org.lodestar.engine.model;

import java.util.List;
import java.util.Set;

/// The network seam: answers queries. One caller at a time (the sampler thread).
public interface Denoiser {

    /// One prediction per query, in their order. The queries may differ in branch, state and level; the implementation groups them into network calls.
    ///
    /// @throws Cancelled if `cancel` was cancelled meanwhile
    /// @throws org.lodestar.engine.fault.EngineException.InferenceFailure if the network fails
    List<Prediction> predict(List<Query> queries, CancelToken cancel);

    /// The nets it can ask.
    default Set<Branch.Net> nets() {
        return Set.of(Branch.Net.MAIN);
    }
}
