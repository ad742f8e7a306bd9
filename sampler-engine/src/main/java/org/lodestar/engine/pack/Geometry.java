package org.lodestar.engine.pack;

import java.util.List;
import java.util.stream.Stream;
import org.lodestar.engine.latent.LatentFormat;
import org.lodestar.engine.pack.DenoiserPorts.Meaning;
import org.lodestar.engine.pack.ModelFolder.Denoising;
import org.lodestar.engine.pack.ModelInfo.Size;
import org.lodestar.engine.pack.ModelInfo.Sizes;
import org.lodestar.engine.pack.OnnxFile.Port;

/// What denoiser and autoencoder say of the latents and the pictures that they are made for, with what is usual where they say nothing.
final class Geometry {
    private static final int SMALLEST_SIDE = 64;
    private static final int LARGEST_SIDE = 2048;

    private Geometry() {}

    /// Whether the denoiser's input has room for a picture beside the latents that the decoder takes.
    static PictureInput picture(JsonFile config, JsonFile vae, Denoising denoiser, ModelPart decoder) {
        long channels = denoiser.ports().channels() > 0 ? denoiser.ports().channels() : config.number("in_channels").orElse(0.0).longValue();
        return PictureInput.ofExtra(channels - latentChannels(vae, decoder));
    }

    static int latentChannels(JsonFile vae, ModelPart decoder) {
        long decoded = decoder.header().inputs().stream().findFirst().filter(Geometry::isPlanes).map(port -> port.fixed(1)).orElse(-1L);
        return decoded > 0 ? (int) decoded : vae.number("latent_channels").orElse(4.0).intValue();
    }

    static LatentFormat format(Family family, JsonFile vae, Denoising denoiser, ModelPart decoder, PictureInput picture, int downscale) {
        long given = denoiser.ports().channels();
        int channels = given > 0 ? (int) given - picture.channels() : latentChannels(vae, decoder);
        int levels = Math.max(vae.length("block_out_channels"), vae.length("decoder_block_out_channels"));
        return new LatentFormat(
                channels, levels > 0 ? 1 << Math.min(levels - 1, 6) : downscale, vae.number("scaling_factor").orElse(family.scale()), vae.number("shift_factor").orElse(family.shift()));
    }

    /// How often a network halves its state before it joins the levels again: sides must allow it.
    static int halvings(Denoising denoiser, JsonFile config) {
        int levels = config.length("block_out_channels");
        int counted = denoiser.part().header().halvings();
        return levels > 0 ? levels - 1 : counted > 0 ? counted : 3;
    }

    static Sizes sizes(Family family, Denoising denoiser, LatentFormat format, JsonFile config, int unit, int patch) {
        int cell = format.downscale();
        DenoiserPorts ports = denoiser.ports();
        long squarePatches = ports.patches() ? square(Math.max(0, fixedPatches(ports))) * patch : 0;
        int fixedHeight = (int) Math.max(0, (ports.patches() ? squarePatches : ports.sample().fixed(2)) * cell);
        int fixedWidth = (int) Math.max(0, (ports.patches() ? squarePatches : ports.sample().fixed(3)) * cell);
        int wanted = config.number("sample_size").map(cells -> cells.intValue() * cell).orElse(family.side());
        int side = Math.max(unit, wanted / unit * unit);
        int small = Math.max(unit, side * 3 / 4 / unit * unit);
        int large = side * 5 / 4 / unit * unit;
        List<Size> presets = fixedHeight > 0 && fixedWidth > 0
                ? List.of(new Size(fixedWidth, fixedHeight))
                : Stream.of(new Size(side, side), new Size(small, small), new Size(large, large), new Size(side, large), new Size(large, side))
                        .distinct()
                        .toList();
        return new Sizes(unit, Math.min(SMALLEST_SIDE, side), family == Family.STARTER ? LARGEST_SIDE / 4 : LARGEST_SIDE, fixedWidth, fixedHeight, presets);
    }

    /// The only number of patches that a graph takes, or -1.
    static long fixedPatches(DenoiserPorts ports) {
        Port places = ports.port(Meaning.PATCH_PLACES);
        return !ports.patches() || ports.sample().fixed(1) > 0 || places == null ? ports.sample().fixed(1) : places.fixed(places.rank() - 2);
    }

    /// The side of a square of `patches`, or 0 if there is none.
    static long square(long patches) {
        long side = Math.round(Math.sqrt((double) patches));
        return side * side == patches ? side : 0;
    }

    /// Whether a port is a picture or latents.
    static boolean isPlanes(Port port) {
        return port.rank() == 4 && port.type().isFloating();
    }
}
