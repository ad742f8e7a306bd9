package org.lodestar.engine.preview;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;

/// Lets detailed previews take at most a share of the time. After work that took `t`, the next detailed one may begin `t*(1/share - 1)` later; until then pictures are quick. Thread-safe.
public final class PreviewRation {
    private final double share;
    private final LongSupplier nanos;
    private final AtomicLong next;

    /// @param share of the time, above 0 and at most 1
    /// @param nanos a clock
    public PreviewRation(double share, LongSupplier nanos) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("a share of the time above 0 and at most 1, not " + share);
        }
        this.share = share;
        this.nanos = nanos;
        this.next = new AtomicLong(nanos.getAsLong());
    }

    /// Does `work` with the detailed previewer if there is one and its time has come, else with `previewer` itself.
    public <T> T make(LatentPreviewer previewer, Function<LatentPreviewer, T> work) {
        long start = nanos.getAsLong();
        if (previewer.detailed().isEmpty() || start - next.get() < 0) {
            return work.apply(previewer);
        }
        T made = work.apply(previewer.detailed().get());
        long end = nanos.getAsLong();
        next.set(end + (long) ((end - start) * (1 / share - 1)));
        return made;
    }
}
