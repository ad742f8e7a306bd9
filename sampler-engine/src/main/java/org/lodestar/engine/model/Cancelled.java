package org.lodestar.engine.model;

/// Thrown inside the engine when work stops because its [CancelToken] was cancelled. Never reaches a caller: a run turns it into an outcome.
public final class Cancelled extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Cancelled() {
        super("cancelled", null, false, false);
    }
}
