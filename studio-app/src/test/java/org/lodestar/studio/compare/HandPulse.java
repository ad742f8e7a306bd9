package org.lodestar.studio.compare;

import java.util.ArrayList;
import java.util.List;
import javafx.util.Subscription;
import org.lodestar.studio.fx.Pulse;

/// A clock whose frames a test makes.
final class HandPulse implements Pulse {
    private final List<Beating> listeners = new ArrayList<>();
    private long now;

    /// One frame of 16 ms.
    void beat() {
        now += 16_000_000;
        List.copyOf(listeners).forEach(listener -> listener.beat(now));
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
        return now;
    }
}
