package org.lodestar.studio.compare;

import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.lodestar.studio.compare.LaneMetrics.PictureNumbers;
import org.lodestar.studio.text.Numbers;
import org.lodestar.studio.text.Words;

/// One of the numbers under a lane, in words.
enum Metric {
    CALLS(metrics -> metrics.nfe() == 0 ? Numbers.fixed(Double.NaN, 0) : String.valueOf(metrics.nfe())),
    SECONDS(metrics -> Numbers.fixed(metrics.seconds(), 2)),
    WEIGHT(metrics -> Numbers.fixed(metrics.effectiveWeight(), 1)),
    SATURATION(metrics -> Numbers.fixed(of(metrics, numbers -> numbers.image().saturation()), 2)),
    CONTRAST(metrics -> Numbers.fixed(of(metrics, numbers -> numbers.image().contrast()), 2)),
    CLIPPED(metrics -> percent(of(metrics, numbers -> numbers.image().clipped()))),
    SSIM(metrics -> Numbers.fixed(of(metrics, PictureNumbers::ssim), 3));

    private final Function<LaneMetrics, String> text;

    Metric(Function<LaneMetrics, String> text) {
        this.text = text;
    }

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
        return text.apply(metrics);
    }

    private static double of(LaneMetrics metrics, ToDoubleFunction<PictureNumbers> number) {
        return metrics.picture().map(numbers -> number.applyAsDouble(numbers)).orElse(Double.NaN);
    }

    private static String percent(double share) {
        return Double.isNaN(share) ? Numbers.fixed(share, 0) : Numbers.fixed(share * 100, 1) + " %";
    }
}
