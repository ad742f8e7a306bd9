package org.lodestar.engine.run;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.image.Resize;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.record.PictureFile;
import org.lodestar.engine.record.Sha256;

/// A run's source as pixels of the run's own size.
///
/// @param source  what was asked for, with the hashes of what was found
/// @param picture the picture
/// @param mask    the mask, if there is one
record SourcePixels(Source source, Rgb picture, @Nullable Rgb mask) {

    /// Reads the files of `source` and fits them to `width` x `height`.
    ///
    /// @throws EngineException.InvalidInput if one is not there, is no picture, or has other pixels than when the recipe was written
    static SourcePixels read(Source source, int width, int height) {
        Rgb picture = read("source picture", source.picture());
        Optional<Source.Picture> wanted = source.mask();
        Rgb mask = wanted.isEmpty() ? null : read("mask", wanted.get());
        Source found = new Source(
                pinned(source.picture(), picture),
                source.strength(),
                mask == null ? Optional.empty() : wanted.map(file -> pinned(file, mask)),
                source.encoding());
        return new SourcePixels(found, covering(picture, width, height), mask == null ? null : covering(mask, width, height));
    }

    private static Source.Picture pinned(Source.Picture file, Rgb pixels) {
        return new Source.Picture(file.path(), Sha256.of(pixels));
    }

    private static Rgb read(String what, Source.Picture file) {
        Rgb pixels;
        try {
            pixels = PictureFile.pixels(Path.of(file.path()));
        } catch (InvalidPathException e) {
            throw new EngineException.InvalidInput(what, "the path of a picture", file.path(), "Check the name");
        }
        if (!file.hash().isEmpty() && !file.hash().equals(Sha256.of(pixels))) {
            throw new EngineException.InvalidInput(
                    what, "the pixels that the recipe was made with (" + file.hash().substring(0, 10) + ")",
                    file.path() + " with other pixels (" + Sha256.of(pixels).substring(0, 10) + ")",
                    "Put the original picture back in its place, or start again from the new one");
        }
        return pixels;
    }

    /// Scaled until it covers the size, then cut at the centre.
    private static Rgb covering(Rgb image, int width, int height) {
        double scale = Math.max((double) width / image.width(), (double) height / image.height());
        Rgb scaled = Resize.to(image, Math.max(width, (int) Math.round(image.width() * scale)), Math.max(height, (int) Math.round(image.height() * scale)));
        int left = (scaled.width() - width) / 2;
        int top = (scaled.height() - height) / 2;
        if (scaled.width() == width && scaled.height() == height) {
            return scaled;
        }
        byte[] cut = new byte[width * height * 3];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < 3; c++) {
                    cut[(y * width + x) * 3 + c] = (byte) scaled.at(left + x, top + y, c);
                }
            }
        }
        return Rgb.adopt(width, height, cut);
    }
}
