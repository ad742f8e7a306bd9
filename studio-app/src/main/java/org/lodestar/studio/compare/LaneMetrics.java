package org.lodestar.studio.compare;

import java.util.Optional;
import org.lodestar.engine.image.ImageMetrics;

/// The numbers under a lane.
///
/// @param nfe             network evaluations spent
/// @param nfeSaved        network evaluations saved against plain CFG
/// @param seconds         time spent in its steps, NaN before the first
/// @param effectiveWeight mean over its guided steps, NaN if there are none
/// @param picture         numbers of the finished picture, once it is measured
public record LaneMetrics(int nfe, int nfeSaved, double seconds, double effectiveWeight, Optional<PictureNumbers> picture) {

    static final LaneMetrics NONE = new LaneMetrics(0, 0, Double.NaN, Double.NaN, Optional.empty());

    /// @param image    what the pixels alone tell
    /// @param likeness how well it fits the prompt, by the model's image-text scorer; NaN without one
    /// @param ssim     likeness to lane A's picture, 1 = the same
    public record PictureNumbers(ImageMetrics image, double likeness, double ssim) {}

    LaneMetrics withPicture(Optional<PictureNumbers> numbers) {
        return new LaneMetrics(nfe, nfeSaved, seconds, effectiveWeight, numbers);
    }
}
