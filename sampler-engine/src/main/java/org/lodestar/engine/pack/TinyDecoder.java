package org.lodestar.engine.pack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.pack.OnnxFile.Port;

/// Finds a tiny decoder of the TAESD kind under the names it is handed round with: in the model's folder or beside it, in a folder such as `taesd`, `taesdxl-onnx` or `taef1_decoder`, as
/// `model.onnx`, `decoder/model.onnx` or `vae_decoder/model.onnx`, or as a file such as `taesd_decoder.onnx`.
///
/// Pictures of steps are all it makes, so that what lies beside the model does not belong to its content.
final class TinyDecoder {
    private final List<Path> places;
    private final String name;
    private final Port latents;
    private final List<String> notes;

    private TinyDecoder(List<Path> places, String name, Port latents, List<String> notes) {
        this.places = places;
        this.name = name;
        this.latents = latents;
        this.notes = notes;
    }

    /// The decoder for latents of `family`, if there is one that fits.
    ///
    /// @param latents what it is fed
    /// @param notes   told which it is, and of one that was found and cannot be used
    static Optional<ModelPart> find(Path folder, Family family, Port latents, List<String> notes) {
        String name = name(family);
        Path root = folder.toAbsolutePath().normalize();
        return name == null ? Optional.empty() : new TinyDecoder(Stream.of(root, root.getParent()).flatMap(Stream::ofNullable).toList(), name, latents, notes).find();
    }

    /// What the decoder for the autoencoder of a family is called.
    private static @Nullable String name(Family family) {
        return switch (family) {
            case SD1, SD2, LCM, PIXART_ALPHA -> "taesd";
            case SDXL, SDXL_REFINER, PIXART_SIGMA -> "taesdxl";
            case SD3 -> "taesd3";
            case FLUX_DEV, FLUX_SCHNELL -> "taef1";
            case SANA -> "taesana";
            case STARTER, CHROMA, UNKNOWN -> null;
        };
    }

    /// Whether a file or folder has the name of a tiny decoder, for whichever family.
    static boolean isCalledLikeOne(Path entry) {
        return Stream.of(Family.values()).anyMatch(family -> bare(entry).equals(name(family)));
    }

    private Optional<ModelPart> find() {
        for (Path place : places) {
            for (Path entry : named(place)) {
                for (Path file : files(entry)) {
                    Optional<ModelPart> part = read(file);
                    if (part.isPresent()) {
                        notes.add("Pictures of steps are painted by the tiny decoder " + file + ".");
                        return part;
                    }
                }
            }
        }
        return Optional.empty();
    }

    /// Files and folders that carry the name, whatever they are written with: `TAESD-XL` is `taesdxl`.
    private List<Path> named(Path place) {
        try (Stream<Path> entries = Files.list(place)) {
            return entries.filter(entry -> bare(entry).equals(name)).sorted().toList();
        } catch (IOException e) {
            return List.of(); // a folder that cannot be listed holds no decoder for us
        }
    }

    private static String bare(Path entry) {
        return String.valueOf(entry.getFileName()).toLowerCase(Locale.ROOT).replaceAll("\\.onnx$|[^a-z0-9]|onnx|decoder", "");
    }

    private List<Path> files(Path entry) {
        if (Files.isRegularFile(entry)) {
            return String.valueOf(entry.getFileName()).endsWith(".onnx") ? List.of(entry) : List.of();
        }
        return Stream.of("model.onnx", "decoder.onnx", name + "_decoder.onnx", "decoder/model.onnx", "vae_decoder/model.onnx", name + "_decoder/model.onnx")
                .map(entry::resolve)
                .filter(Files::isRegularFile)
                .toList();
    }

    private Optional<ModelPart> read(Path file) {
        List<Problem> problems = new ArrayList<>();
        Optional<ModelPart> part = ModelPart.read(Objects.requireNonNull(file.getParent()), Companions.PREVIEW_DECODER, String.valueOf(file.getFileName()), problems)
                .map(found -> new ModelPart(found.role(), file.toString(), found.file(), found.header(), found.files(), found.bytes()));
        part.filter(found -> !fits(found.header())).ifPresent(found -> problems.add(new Problem(file.toString(), "a decoder from latents of " + latents.fixed(1) + " channels to pictures",
                found.header().inputs() + " to " + found.header().outputs(), "Use the decoder called " + name)));
        problems.forEach(problem -> notes.add("A preview decoder was found and is not used. " + problem.sentence()));
        return problems.isEmpty() ? part : Optional.empty();
    }

    private boolean fits(OnnxFile header) {
        return header.inputs().size() == 1 && header.outputs().size() == 1 && isPlanes(header.inputs().getFirst(), latents.fixed(1)) && isPlanes(header.outputs().getFirst(), 3);
    }

    private static boolean isPlanes(Port port, long channels) {
        return port.rank() == 4 && port.type().isFloating() && (port.fixed(1) < 0 || channels < 0 || port.fixed(1) == channels);
    }
}
