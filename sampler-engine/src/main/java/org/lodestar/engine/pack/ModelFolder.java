package org.lodestar.engine.pack;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.calibration.Calibration;
import org.lodestar.engine.latent.LatentFormat;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.pack.ModelInfo.Defaults;
import org.lodestar.engine.pack.ModelInfo.Sizes;

/// A model folder in the diffusers layout (one sub-folder per part, `model.onnx` in each), read and checked without loading a network.
///
/// @param report   what was found and what is wrong
/// @param contents what to load, or null if something is wrong
public record ModelFolder(PackageReport report, @Nullable Contents contents) {

    /// Looks into `folder`. Never throws for what is in it.
    public static ModelFolder inspect(Path folder) {
        return new FolderInspector(folder).inspect();
    }

    /// Everything needed to load the model.
    ///
    /// @param family    what kind of model it is
    /// @param texts     the text networks
    /// @param layout    how their states are joined
    /// @param decoder   latents to picture
    /// @param encoder   picture to latents, if there is one
    /// @param denoisers the denoiser and its siblings
    /// @param companions the parts that look at pictures
    /// @param preview   a small decoder for pictures of steps, if there is one
    /// @param noise     the noise it was trained on
    /// @param format    latents
    /// @param picture   what the denoiser is shown beside the state
    /// @param patch     latent cells that make one token of the denoiser, along each axis
    /// @param sizes     picture sizes
    /// @param defaults  what to start from
    /// @param calibrations numbers of policies that were measured on it, shipped with it
    /// @param files     all files the model consists of
    public record Contents(
            Family family,
            List<TextPart> texts,
            TextLayout layout,
            ModelPart decoder,
            Optional<ModelPart> encoder,
            Map<Branch.Net, Denoising> denoisers,
            Companions companions,
            Optional<ModelPart> preview,
            SchedulerConfig noise,
            LatentFormat format,
            PictureInput picture,
            int patch,
            Sizes sizes,
            Defaults defaults,
            List<Calibration> calibrations,
            List<Path> files) {
        public Contents {
            texts = List.copyOf(texts);
            denoisers = Map.copyOf(denoisers);
            calibrations = List.copyOf(calibrations);
            files = List.copyOf(files);
        }

        /// The same with a net of another model in a role beside the main one.
        ///
        /// @param lender folder of the other model, absolute
        /// @throws org.lodestar.engine.fault.EngineException.ModelProblem with everything that keeps the two apart
        public Contents borrowing(Branch.Net role, Path lender) {
            return Lending.into(this, role, lender);
        }

        /// Whether the networks can be asked about a part of a state: all take states of any size, and none is shown a picture beside it, which would have to be cut as well.
        public boolean takesParts() {
            return picture == PictureInput.NONE && denoisers.values().stream().allMatch(net -> net.ports().takesAnySize());
        }

        /// The same with another net in a role.
        Contents with(Branch.Net role, Denoising net) {
            Map<Branch.Net, Denoising> nets = new EnumMap<>(denoisers);
            nets.put(role, net);
            return new Contents(family, texts, layout, decoder, encoder, nets, companions, preview, noise, format, picture, patch, sizes, defaults, calibrations, files);
        }
    }

    /// A text network.
    ///
    /// @param part      the network
    /// @param tokenizer folder of its tokenizer
    /// @param kind      what lies there
    /// @param padding   the symbol that fills up the context where the tokenizer does not say
    /// @param context   tokens per text, marks included
    /// @param states    output with one row per token, or "" if it is not used
    /// @param pooled    output with one row for the text, or "" if it is not used
    /// @param below     whether its states follow those of the others as further tokens
    public record TextPart(ModelPart part, Path tokenizer, TokenizerKind kind, String padding, int context, String states, String pooled, boolean below) {}

    /// A denoising network and its ports.
    ///
    /// @param timeScale what a model time is multiplied with before the network is told
    /// @param lender    the other model whose it is, if it is lent
    public record Denoising(ModelPart part, DenoiserPorts ports, double timeScale, Optional<Lender> lender) {}

    /// A model whose denoiser works beside that of another.
    ///
    /// @param folder where it lies, absolute
    public record Lender(Path folder, Contents contents) {}
}
