package org.lodestar.engine.internal.ort;

import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Networks of which one at a time is in memory: the one called last. Calling another puts it away first and loads that one again, which costs the time of loading at every change. For machines whose
/// memory is short of a whole model but not of its largest part.
///
/// All networks of a group share its lock, so that none is put away under a call.
final class Turns {
    /// Fair, so that closing is not kept waiting by callers that come back again and again.
    private final ReentrantLock lock = new ReentrantLock(true);
    private @Nullable OrtNet inMemory;

    ReentrantLock lock() {
        return lock;
    }

    /// Puts away what is in memory, unless it is `net`. The caller holds the lock.
    void makeRoomFor(OrtNet net) {
        if (inMemory != null && inMemory != net) {
            inMemory.putAway();
        }
        inMemory = net;
    }
}
