package org.lodestar.studio.fx;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javafx.beans.value.ObservableValue;
import javafx.util.Subscription;
import org.jspecify.annotations.Nullable;

/// Subscriptions that end together: pinned when a view is attached, pulled when it is detached.
public final class Pins {
    private final List<Subscription> pins = new ArrayList<>();

    /// Keeps `subscription` until [#pull()].
    public void pin(Subscription subscription) {
        pins.add(subscription);
    }

    /// Calls `listener` with the value now and with every later one.
    public <T extends @Nullable Object> void follow(ObservableValue<T> value, Consumer<? super T> listener) {
        pin(value.subscribe(listener));
    }

    /// Calls `listener` after every change of `value`, not now.
    public void onChange(ObservableValue<?> value, Runnable listener) {
        pin(value.subscribe(listener));
    }

    /// Ends all subscriptions.
    public void pull() {
        pins.forEach(Subscription::unsubscribe);
        pins.clear();
    }
}
