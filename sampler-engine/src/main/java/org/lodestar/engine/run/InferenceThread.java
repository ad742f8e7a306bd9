package org.lodestar.engine.run;

import java.util.ArrayDeque;
import java.util.Deque;

/// The one thread that touches networks: tasks run one after another, in the order given, urgent ones first.
public final class InferenceThread implements AutoCloseable {
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final Thread thread;
    private boolean closed;

    public InferenceThread() {
        thread = Thread.ofPlatform().name("lodestar-inference").daemon(true).unstarted(this::work);
        thread.start();
    }

    /// Runs `task` after all that wait. Tasks must handle their own failures.
    public void submit(Runnable task) {
        add(task, false);
    }

    /// Runs `task` before all that wait.
    public void submitUrgent(Runnable task) {
        add(task, true);
    }

    private synchronized void add(Runnable task, boolean urgent) {
        if (closed) {
            throw new IllegalStateException("the engine is closed");
        }
        if (urgent) {
            tasks.addFirst(task);
        } else {
            tasks.addLast(task);
        }
        notifyAll();
    }

    /// Lets the running task finish, drops those that wait, and ends the thread.
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            tasks.clear();
            notifyAll();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        while (true) {
            Runnable task;
            synchronized (this) {
                while (tasks.isEmpty() && !closed) {
                    try {
                        wait();
                    } catch (InterruptedException ignored) {
                        // Nobody interrupts this thread on purpose; closing is the only way to end it.
                    }
                }
                if (closed) {
                    return;
                }
                task = tasks.removeFirst();
            }
            task.run();
        }
    }
}
