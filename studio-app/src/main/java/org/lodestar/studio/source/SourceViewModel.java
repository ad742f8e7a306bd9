package org.lodestar.studio.source;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javafx.beans.property.DoubleProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleDoubleProperty;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.run.Source;

/// The picture that the next one starts from, if any: which, how much of it may change, and which part.
public final class SourceViewModel {
    /// How names of pictures end.
    static final List<String> ENDINGS = List.of(".png", ".jpg", ".jpeg", ".gif", ".bmp");

    private static final double USUAL_STRENGTH = 0.6;

    private final ReadOnlyObjectWrapper<Optional<Source>> source = new ReadOnlyObjectWrapper<>(this, "source", Optional.empty());
    private final DoubleProperty strength = new SimpleDoubleProperty(this, "strength", USUAL_STRENGTH);

    public SourceViewModel() {
        strength.subscribe(value -> source.set(source.get().map(found -> found.withStrength(value.doubleValue()))));
    }

    /// What the next run starts from.
    public ReadOnlyObjectProperty<Optional<Source>> sourceProperty() {
        return source.getReadOnlyProperty();
    }

    /// 0..1; kept while there is no picture.
    public DoubleProperty strengthProperty() {
        return strength;
    }

    /// Whether the file can be used, by its name.
    public static boolean takes(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return ENDINGS.stream().anyMatch(name::endsWith);
    }

    /// Starts from `file`, all of it.
    public void choose(Path file) {
        source.set(Optional.of(Source.of(file.toAbsolutePath().normalize().toString(), strength.get())));
    }

    /// Repaints the white part of `file` only; nothing for all of it.
    public void mask(@Nullable Path file) {
        source.set(source.get().map(found -> file == null
                ? new Source(found.picture(), found.strength(), Optional.empty(), found.encoding())
                : found.withMask(file.toAbsolutePath().normalize().toString())));
    }

    /// Starts from noise alone.
    public void clear() {
        source.set(Optional.empty());
    }

    /// What a recipe says.
    public void show(Optional<Source> recorded) {
        recorded.ifPresent(found -> strength.set(found.strength()));
        source.set(recorded);
    }
}
