package org.lodestar.engine.model;

import java.util.List;

/// The network seam: answers queries. One caller at a time (the sampler thread).
public interface Denoiser {

    /// One prediction per query, in their order. The queries may differ in branch, state and level; the implementation groups them into network calls.
    ///
    /// @throws Cancelled if `cancel` was cancelled meanwhile
    /// @throws org.lodestar.engine.fault.EngineException.InferenceFailure if the network fails
    List<Prediction> predict(List<Query> queries, CancelToken cancel);
}
