package org.lodestar.engine.model;

import java.util.List;

/// Counts what passes through it: network evaluations and time. The only place where NFE is counted.
public final class CountingDenoiser implements Denoiser {
    private final Denoiser inner;
    private long evaluations;
    private long calls;
    private long nanos;

    public CountingDenoiser(Denoiser inner) {
        this.inner = inner;
    }

    @Override
    public List<Prediction> predict(List<Query> queries, CancelToken cancel) {
        long start = System.nanoTime();
        List<Prediction> answers = inner.predict(queries, cancel);
        nanos += System.nanoTime() - start;
        evaluations += queries.size();
        calls++;
        return answers;
    }

    /// Queries answered so far.
    public long evaluations() {
        return evaluations;
    }

    /// Calls of [#predict] so far.
    public long calls() {
        return calls;
    }

    /// Nanoseconds spent inside so far.
    public long nanos() {
        return nanos;
    }
}
