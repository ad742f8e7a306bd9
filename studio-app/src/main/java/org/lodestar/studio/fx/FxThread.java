package org.lodestar.studio.fx;

import java.util.concurrent.Executor;
import javafx.application.Platform;

/// The window's thread.
public final class FxThread {

    /// Runs actions on the window's thread: at once when already there, else after what is queued.
    public static final Executor EXECUTOR = FxThread::run;

    private FxThread() {}

    /// Runs `action` on the window's thread: at once when already there.
    public static void run(Runnable action) {
        if (Platform.isFxApplicationThread()) {
            action.run();
        } else {
            Platform.runLater(action);
        }
    }

    /// Runs `action` on the window's thread after everything that is queued now.
    public static void later(Runnable action) {
        Platform.runLater(action);
    }
}
