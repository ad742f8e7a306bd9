package org.lodestar.studio.fx;

import java.util.ArrayList;
import java.util.List;
import javafx.util.Subscription;

/// A clock whose hands the test turns.
public final class ManualPulse implements Pulse {
    private final List<Beating> listeners = new ArrayList<>();
    private long now = 1;
    private long cost;

    /// One frame, after `millis`.
    public void advance(long millis) {
        now += millis * 1_000_000;
        List.copyOf(listeners).forEach(listener -> listener.beat(now));
    }

    /// From now on every look at the clock takes `nanos`.
    public void looksCost(long nanos) {
        cost = nanos;
    }

    public int listeners() {
        return listeners.size();
    }

    @Override
    public Subscription attach(Beating beating) {
        listeners.add(beating);
        return () -> listeners.remove(beating);
    }

    @Override
    public void wake() {}

    @Override
    public long now() {
        now += cost;
        return now;
    }
}
