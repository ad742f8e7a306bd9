package org.lodestar.studio.fx;

import javafx.util.Subscription;

/// The window's clock: calls what lives once per frame, and rests while nothing does.
///
/// View models take their time from here, so that a test can turn the hands itself.
public interface Pulse {

    /// Adds a listener, which is called from the next frame on.
    ///
    /// @return ends the listening
    Subscription attach(Beating beating);

    /// Starts the beat again after all listeners asked for rest. Cheap; call it whenever there may be something to do.
    void wake();

    /// The clock, in nanoseconds of its own.
    long now();

    /// Moves on once per frame.
    @FunctionalInterface
    interface Beating {

        /// One frame, at `now` nanoseconds.
        ///
        /// @return whether there is something to do at the next frame
        boolean beat(long now);
    }
}
