package org.lodestar.studio.fx;

import java.util.ArrayList;
import java.util.List;
import javafx.animation.AnimationTimer;
import javafx.util.Subscription;

/// The [Pulse] of a window that is shown. Use it on the window's thread, [#wake()] from any.
public final class PulseDrain implements Pulse {
    private final List<Beating> listeners = new ArrayList<>();
    private boolean running;
    private boolean woken;

    private final AnimationTimer timer = new AnimationTimer() {
        @Override
        public void handle(long frameNanos) {
            beat();
        }
    };

    @Override
    public Subscription attach(Beating beating) {
        listeners.add(beating);
        wake();
        return () -> listeners.remove(beating);
    }

    @Override
    public void wake() {
        FxThread.run(() -> {
            woken = true;
            if (!running) {
                running = true;
                timer.start();
            }
        });
    }

    @Override
    public long now() {
        return System.nanoTime();
    }

    private void beat() {
        long now = now();
        boolean alive = false;
        woken = false;
        for (Beating listener : List.copyOf(listeners)) {
            alive |= listener.beat(now);
        }
        if (!alive && !woken) {
            running = false;
            timer.stop();
        }
    }
}
