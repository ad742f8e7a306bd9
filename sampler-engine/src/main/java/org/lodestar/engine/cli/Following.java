package org.lodestar.engine.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.lodestar.engine.Engine;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.pack.Device;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.ModelChoice;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.run.RunEvent;
import org.lodestar.engine.run.RunHandle;
import org.lodestar.engine.run.RunOutcome;
import org.lodestar.engine.run.RunRequest;

/// Runs one request to its end, telling how it goes. Ctrl-C cancels it and lets it end in order.
final class Following {
    private static final long PATIENCE_SECONDS = 10;

    private Following() {}

    /// Thrown where the user stopped the run. The process ends when [#told()] was called, or after a while.
    static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient CountDownLatch untold;

        private Stopped(int stepsDone, CountDownLatch untold) {
            super("Cancelled after " + stepsDone + (stepsDone == 1 ? " step" : " steps") + "; pictures finished before are kept.", null, false, false);
            this.untold = untold;
        }

        /// The user has been told.
        void told() {
            untold.countDown();
        }
    }

    /// A finished run.
    ///
    /// @param run     for its steps
    /// @param images  in the order of lanes, then samples
    /// @param seconds wall time from submitting to the end
    record Finished(RunHandle run, List<RunEvent.ImageFinished> images, double seconds) {
        Finished {
            images = List.copyOf(images);
        }
    }

    /// The model, loaded.
    ///
    /// @throws EngineException if it cannot be
    static ModelInfo load(Engine engine, ModelChoice choice, DeviceWish wish, Progress progress) throws InterruptedException {
        progress.loading(choice.model());
        return await(engine.load(choice, wish, (phase, _) -> progress.loading(phase), new CancelToken()), "The model could not be loaded");
    }

    /// What works on this machine.
    ///
    /// @throws EngineException if the network runtime does not start
    static List<Device.Attempt> devices(Engine engine, DeviceWish wish) throws InterruptedException {
        return await(engine.devices(wish), "The devices could not be tried");
    }

    private static <T> T await(CompletableFuture<T> work, String failed) throws InterruptedException {
        try {
            return work.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof EngineException known) {
                throw known;
            }
            throw new EngineException.InferenceFailure(failed + " (" + e.getCause() + ").", e.getCause());
        }
    }

    /// @throws EngineException if the run failed
    /// @throws Stopped         if it was cancelled
    static Finished follow(Engine engine, RunRequest request, Progress progress) throws InterruptedException {
        long start = System.nanoTime();
        RunHandle run = engine.submit(request);
        List<RunEvent.ImageFinished> images = new ArrayList<>();
        follow(run, 0, event -> {
            progress.on(event);
            if (event instanceof RunEvent.ImageFinished image) {
                images.add(image);
            }
        });
        return new Finished(run, images, (System.nanoTime() - start) / 1e9);
    }

    /// Follows a run until it pauses or is over.
    ///
    /// @param cursor   the first event to look at
    /// @param listener told every event from there on
    /// @throws EngineException if the run failed
    /// @throws Stopped         if it was cancelled
    static void follow(RunHandle run, int cursor, Consumer<RunEvent> listener) throws InterruptedException {
        CountDownLatch untold = new CountDownLatch(1);
        Thread stop = Thread.ofPlatform().name("lodestar-stop").unstarted(() -> stop(run, untold));
        Runtime.getRuntime().addShutdownHook(stop);
        try {
            for (int next = cursor; ; ) {
                List<RunEvent> events = run.awaitEvents(next);
                next += events.size();
                for (RunEvent event : events) {
                    listener.accept(event);
                    if (event instanceof RunEvent.Paused || event instanceof RunEvent.Ended) {
                        forget(stop);
                        ended(event, untold);
                        return;
                    }
                }
            }
        } catch (RuntimeException e) {
            if (!(e instanceof Stopped)) {
                untold.countDown();
            }
            throw e;
        }
    }

    /// @throws EngineException if the run failed
    /// @throws Stopped         if it was cancelled
    private static void ended(RunEvent last, CountDownLatch untold) {
        if (last instanceof RunEvent.Ended(RunOutcome.Failed(EngineException problem))) {
            throw problem;
        }
        if (last instanceof RunEvent.Ended(RunOutcome.Cancelled(int stepsDone))) {
            throw new Stopped(stepsDone, untold);
        }
        untold.countDown();
    }

    private static void stop(RunHandle run, CountDownLatch untold) {
        run.cancel();
        try {
            boolean ended = untold.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                System.getLogger(Following.class.getName()).log(System.Logger.Level.WARNING, "The run did not end in time.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void forget(Thread stop) {
        try {
            Runtime.getRuntime().removeShutdownHook(stop);
        } catch (IllegalStateException e) {
            return; // the program is being shut down by it
        }
    }
}
