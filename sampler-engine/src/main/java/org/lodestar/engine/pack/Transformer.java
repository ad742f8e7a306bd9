package org.lodestar.engine.pack;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.lodestar.engine.pack.DenoiserPorts.Meaning;

/// A kind of diffusion transformer: what its network is told and fed, and what is usual for it where a folder does not say. One class per kind.
sealed interface Transformer permits Sd3Transformer, FluxTransformer, PixArtTransformer, SanaTransformer {
    /// The network's slot in a model folder.
    String SLOT = "transformer";

    /// The kind that a network with the inputs of `header` is of, if this program runs it.
    ///
    /// @param pipeline class name in model_index.json, or ""
    static Optional<? extends Transformer> of(OnnxFile header, String pipeline) {
        return Stream.of(FluxTransformer.of(header), Sd3Transformer.of(header), SanaTransformer.of(header, pipeline), PixArtTransformer.of(header, pipeline))
                .flatMap(Optional::stream)
                .findFirst();
    }

    Family family();

    /// What tells the family, for people.
    String reason();

    /// What its network must take beside state, time and text states.
    Set<Meaning> needs();

    /// Text networks in order.
    List<TextSlot> texts();

    /// Whether text networks are told which tokens only fill up the context.
    default boolean hidesPads() {
        return false;
    }

    /// What a model time of 0..1000 is multiplied with before the network is told.
    default double timeScale(JsonFile config) {
        return 1;
    }

    /// Latent cells that make one token, along each axis.
    int patch();

    /// Pixels per latent cell, along each axis, where no file says.
    default int downscale() {
        return 8;
    }

    /// The usual scheduler file.
    String noise();

    /// How steps are spread where its pipeline decides, not the scheduler file.
    default Optional<String> spacing() {
        return Optional.empty();
    }

    /// Usual number of steps.
    int steps();

    /// Things worth knowing, as sentences.
    default List<String> notes() {
        return List.of();
    }
}
