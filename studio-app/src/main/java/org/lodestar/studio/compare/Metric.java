package org.lodestar.studio.compare;

import java.util.function.ToDoubleFunction;
import org.lodestar.studio.compare.LaneMetrics.PictureNumbers;
import org.lodestar.studio.text.Numbers;
import org.lodestar.studio.text.Words;

/// One of the numbers under a lane, in words.
enum Metric {
    CALLS,
    SECONDS,
    WEIGHT,
    SATURATION,
    CONTRAST,
    CLIPPED,
    LIKENESS,
    SSIM;

    /// What it is called.
    String label() {
        return Words.of("compare.metric." + this);
    }

    /// What it means, as a sentence.
    String help() {
        return Words.of("compare.metric." + this + ".help");
    }

    /// Its value as shown; a dash where there is none.
    String text(LaneMetrics metrics) {
        return switch (this) {
            case CALLS -> metrics.nfe() == 0 ? Numbers.fixed(Double.NaN, 0) : String.valueOf(metrics.nfe());
            case SECONDS -> Numbers.fixed(metrics.seconds(), 2);
            case WEIGHT -> Numbers.fixed(metrics.effectiveWeight(), 1);
            case SATURATION -> Numbers.fixed(of(metrics, numbers -> numbers.image().saturation()), 2);
            case CONTRAST -> Numbers.fixed(of(metrics, numbers -> numbers.image().contrast()), 2);
            case CLIPPED -> percent(of(metrics, numbers -> numbers.image().clipped()));
            case LIKENESS -> Numbers.fixed(of(metrics, PictureNumbers::likeness), 2);
            case SSIM -> Numbers.fixed(of(metrics, PictureNumbers::ssim), 3);
        };
    }

    private static double of(LaneMetrics metrics, ToDoubleFunction<PictureNumbers> number) {
        return metrics.picture().map(numbers -> number.applyAsDouble(numbers)).orElse(Double.NaN);
    }

    private static String percent(double share) {
        return Double.isNaN(share) ? Numbers.fixed(share, 0) : Numbers.fixed(share * 100, 1) + " %";
    }
}
