package org.lodestar.engine.pack;

import java.nio.file.Path;
import java.util.List;

/// What is known of a loaded model.
///
/// @param name        for people ("Starter")
/// @param folder      where it lies
/// @param family      "starter", "sd1", ...
/// @param contentHash SHA-256 over its files, hex (see docs: sorted relative paths and file hashes)
/// @param device      where it runs
/// @param callLayout  how queries are grouped into network calls, part of what bit-identity depends on ("each", "together")
/// @param sizes       which picture sizes it takes
/// @param defaults    what to start from
/// @param notes       things worth knowing, as sentences
public record ModelInfo(
        String name,
        Path folder,
        String family,
        String contentHash,
        Device device,
        String callLayout,
        Sizes sizes,
        Defaults defaults,
        List<String> notes) {
    public ModelInfo {
        notes = List.copyOf(notes);
    }

    /// @param multipleOf width and height must be multiples of this
    /// @param min        least side
    /// @param max        greatest side
    /// @param fixedWidth 0, or the only width the graph takes
    /// @param fixedHeight 0, or the only height
    /// @param presets    sizes to offer
    public record Sizes(int multipleOf, int min, int max, int fixedWidth, int fixedHeight, List<Size> presets) {
        public Sizes {
            presets = List.copyOf(presets);
        }
    }

    public record Size(int width, int height) {
        @Override
        public String toString() {
            return width + "x" + height;
        }
    }

    /// @param sampler text form
    /// @param spacing text form
    /// @param policy  text form
    public record Defaults(Size size, int steps, String sampler, String spacing, String policy) {}
}
