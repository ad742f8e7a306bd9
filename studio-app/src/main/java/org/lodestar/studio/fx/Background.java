package org.lodestar.studio.fx;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A daemon thread for slow work beside the window, one piece after another.
public final class Background implements Executor, AutoCloseable {
    private final ExecutorService thread;

    private Background(ExecutorService thread) {
        this.thread = thread;
    }

    /// @param name of the thread
    public static Background start(String name) {
        return new Background(Executors.newSingleThreadExecutor(Thread.ofPlatform().name(name).daemon(true).factory()));
    }

    @Override
    public void execute(Runnable work) {
        thread.execute(work);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
