package org.lodestar.engine.run;

import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.codec.LatentCodec;
import org.lodestar.engine.codec.LatentCodec.Posterior;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.latent.LatentFormat;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.pack.PictureInput;

/// A run's source as the model sees it.
///
/// @param source  what was asked for, with hashes
/// @param picture what the encoder makes of the picture
/// @param holed   what it makes of the picture with the white part of the mask grey, for networks that are shown it; null for others
/// @param mask    one channel at the size of latents: the share of each cell that is repainted, 0..1; null without a mask
record SourceLatents(Source source, Posterior picture, @Nullable Posterior holed, @Nullable Latents mask) {

    static SourceLatents encode(SourcePixels pixels, PictureInput shown, LatentCodec codec, LatentFormat format, CancelToken cancel) {
        Latents planes = LatentCodec.pixels(pixels.picture());
        Rgb mask = pixels.mask();
        Posterior holed = shown == PictureInput.REPAINT ? codec.posterior(holed(planes, mask), cancel) : null;
        return new SourceLatents(pixels.source(), codec.posterior(planes, cancel), holed, mask == null ? null : shares(mask, format.downscale()));
    }

    /// 0, the middle of -1..1, where at least half of a pixel is repainted; without a mask that is everywhere.
    private static Latents holed(Latents planes, @Nullable Rgb mask) {
        int plane = planes.height() * planes.width();
        return planes.like(i -> mask == null || white(mask, i % plane % mask.width(), i % plane / mask.width()) >= 0.5 ? 0 : planes.at(i));
    }

    private static Latents shares(Rgb mask, int cell) {
        int width = mask.width() / cell;
        Latents shape = Latents.zeros(1, mask.height() / cell, width);
        return shape.like(i -> IntStream.range(0, cell * cell)
                .mapToDouble(k -> white(mask, i % width * cell + k % cell, i / width * cell + k / cell))
                .average()
                .orElseThrow());
    }

    private static double white(Rgb mask, int x, int y) {
        return (mask.at(x, y, 0) + mask.at(x, y, 1) + mask.at(x, y, 2)) / 765.0;
    }
}
