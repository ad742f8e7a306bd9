package org.lodestar.engine.internal.ort;

import java.util.List;
import java.util.function.Function;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Denoiser;
import org.lodestar.engine.model.Query;

/// Finds out which [CallLayout] serves one model better on one device.
final class CallLayoutTrial {
    private static final int ROUNDS = 4;
    /// Share of the time that calling together may take to be chosen where it gives the very same numbers.
    private static final double FASTER = 0.97;
    /// The same where it does not: results that depend on what else is asked must be worth it.
    private static final double MUCH_FASTER = 0.8;
    private static final long PATIENCE_NANOS = 500_000_000;

    private CallLayoutTrial() {}

    /// Times two queries, which share a call in one of the layouts. A network too slow to be timed at load gets what its device is known for: the CPU gains
    /// little from batches.
    ///
    /// @param denoisers the same model in a given layout
    static CallLayout run(Function<CallLayout, Denoiser> denoisers, List<Query> pair, boolean cpu, CancelToken cancel) {
        Denoiser each = denoisers.apply(CallLayout.EACH);
        Denoiser together = denoisers.apply(CallLayout.TOGETHER);
        if (time(each, pair, cancel) > PATIENCE_NANOS) {
            return cpu ? CallLayout.EACH : CallLayout.TOGETHER;
        }
        boolean same = each.predict(pair, cancel).equals(together.predict(pair, cancel));
        long bestEach = Long.MAX_VALUE;
        long bestTogether = Long.MAX_VALUE;
        for (int i = 0; i < ROUNDS; i++) {
            bestEach = Math.min(bestEach, time(each, pair, cancel));
            bestTogether = Math.min(bestTogether, time(together, pair, cancel));
        }
        return bestTogether < (same ? FASTER : MUCH_FASTER) * bestEach ? CallLayout.TOGETHER : CallLayout.EACH;
    }

    private static long time(Denoiser denoiser, List<Query> queries, CancelToken cancel) {
        long start = System.nanoTime();
        denoiser.predict(queries, cancel);
        return System.nanoTime() - start;
    }
}
