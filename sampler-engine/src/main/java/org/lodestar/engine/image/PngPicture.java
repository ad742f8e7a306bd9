package org.lodestar.engine.image;

import java.util.List;
import java.util.Optional;

/// What a PNG holds.
///
/// @param image pixels as 8-bit sRGB, transparency laid over white
/// @param texts all text, in the order of the file
/// @param notes what was left out while reading, as sentences (a text that was too long, ...); usually empty
public record PngPicture(Rgb image, List<PngText> texts, List<String> notes) {
    public PngPicture {
        texts = List.copyOf(texts);
        notes = List.copyOf(notes);
    }

    /// The first text with that keyword.
    public Optional<String> text(String keyword) {
        return texts.stream().filter(t -> t.keyword().equals(keyword)).map(PngText::text).findFirst();
    }
}
