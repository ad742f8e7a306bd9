package org.lodestar.studio.fx;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Makes pictures off the window's thread, the latest wish per place: a wish that was not begun yet is replaced by the next one for the same place.
public final class PreviewWorker implements AutoCloseable {
    private final Map<Object, Runnable> wishes = new LinkedHashMap<>();
    private final Executor work;
    private final Executor deliver;
    private final Runnable onClose;

    /// @param work    where pictures are made, one after another
    /// @param deliver where they are handed over
    public PreviewWorker(Executor work, Executor deliver) {
        this(work, deliver, () -> {});
    }

    private PreviewWorker(Executor work, Executor deliver, Runnable onClose) {
        this.work = work;
        this.deliver = deliver;
        this.onClose = onClose;
    }

    /// A worker with a daemon thread of its own, delivering on the window's thread.
    public static PreviewWorker start() {
        ExecutorService thread = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("previews").daemon(true).factory());
        return new PreviewWorker(thread, FxThread.EXECUTOR, thread::shutdownNow);
    }

    /// Wishes for a picture.
    ///
    /// @param place what the picture is for; one open wish per place
    /// @param make  makes it, on the worker's thread; null where there is none
    /// @param show  takes it, on the window's thread; called for every wish that was begun
    public <T> void ask(Object place, Supplier<@Nullable T> make, Consumer<@Nullable T> show) {
        synchronized (wishes) {
            wishes.put(place, () -> {
                T made = make.get();
                deliver.execute(() -> show.accept(made));
            });
        }
        try {
            work.execute(this::next);
        } catch (RejectedExecutionException closed) {
            forget(place);
        }
    }

    /// Drops the open wish for `place`, if any.
    public void forget(Object place) {
        synchronized (wishes) {
            wishes.remove(place);
        }
    }

    @Override
    public void close() {
        onClose.run();
    }

    private void next() {
        Runnable wish = null;
        synchronized (wishes) {
            Iterator<Runnable> oldest = wishes.values().iterator();
            if (oldest.hasNext()) {
                wish = oldest.next();
                oldest.remove();
            }
        }
        if (wish != null) {
            wish.run();
        }
    }
}
