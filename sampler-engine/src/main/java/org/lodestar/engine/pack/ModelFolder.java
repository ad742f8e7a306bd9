package org.lodestar.engine.pack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.latent.LatentFormat;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.pack.ModelInfo.Defaults;
import org.lodestar.engine.pack.ModelInfo.Size;
import org.lodestar.engine.pack.ModelInfo.Sizes;
import org.lodestar.engine.pack.OnnxFile.Port;

/// A model folder in the diffusers layout (one sub-folder per part, `model.onnx` in each), read and checked without loading a network.
///
/// @param report   what was found and what is wrong
/// @param contents what to load, or null if something is wrong
public record ModelFolder(PackageReport report, @Nullable Contents contents) {

    /// Everything needed to load the model.
    ///
    /// @param text       the text network
    /// @param decoder    latents to picture
    /// @param encoder    picture to latents, if there is one
    /// @param denoisers  the denoiser and its companions
    /// @param noise      the noise it was trained on
    /// @param format     latents
    /// @param tokenizer  folder of the tokenizer
    /// @param context    tokens per prompt, marks included
    /// @param sizes      picture sizes
    /// @param defaults   what to start from
    /// @param files      all files the model consists of
    public record Contents(
            ModelPart text,
            ModelPart decoder,
            Optional<ModelPart> encoder,
            Map<Branch.Net, Denoising> denoisers,
            SchedulerConfig noise,
            LatentFormat format,
            Path tokenizer,
            int context,
            Sizes sizes,
            Defaults defaults,
            List<Path> files) {
        public Contents {
            denoisers = Map.copyOf(denoisers);
            files = List.copyOf(files);
        }
    }

    /// A denoising network and its ports.
    public record Denoising(ModelPart part, DenoiserPorts ports) {}

    /// Looks into `folder`. Never throws for what is in it.
    public static ModelFolder inspect(Path folder) {
        return new Inspector(folder).inspect();
    }

    private static final class Inspector {
        private static final Map<Branch.Net, String> COMPANIONS = Map.of(Branch.Net.WEAK, "weak/unet", Branch.Net.PERTURBED, "perturbed/unet");
        private static final int LARGEST_SIDE = 512;

        private final Path folder;
        private final List<Problem> problems = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();
        private final List<ModelPart> parts = new ArrayList<>();

        Inspector(Path folder) {
            this.folder = folder;
        }

        ModelFolder inspect() {
            if (!Files.isDirectory(folder)) {
                String found = Files.exists(folder) ? "a file" : "nothing";
                problems.add(new Problem(folder.toString(), "a model folder", found, "Choose the folder that holds unet, text_encoder and vae_decoder"));
                return new ModelFolder(report("unknown", "there is no folder"), null);
            }
            JsonFile index = JsonFile.read(folder.resolve("model_index.json"), "model_index.json", problems);
            JsonFile unet = JsonFile.read(folder.resolve("unet/config.json"), "unet/config.json", problems);
            JsonFile vae = JsonFile.read(folder.resolve("vae_decoder/config.json"), "vae_decoder/config.json", problems);

            Optional<ModelPart> text = part("text_encoder");
            Optional<Denoising> denoiser = denoiser("unet");
            Optional<ModelPart> decoder = part("vae_decoder");
            Optional<ModelPart> encoder = Files.isDirectory(folder.resolve("vae_encoder")) ? part("vae_encoder") : Optional.empty();
            Map<Branch.Net, Denoising> denoisers = new LinkedHashMap<>();
            denoiser.ifPresent(found -> denoisers.put(Branch.Net.MAIN, found));
            COMPANIONS.forEach((net, role) -> {
                if (Files.isDirectory(folder.resolve(role))) {
                    denoiser(role).ifPresent(found -> denoisers.put(net, found));
                }
            });
            int context = tokenizer();
            SchedulerConfig noise = noise();
            text.ifPresent(this::checkText);
            decoder.ifPresent(part -> checkPicture(part, "decoder", part.header().inputs(), part.header().outputs()));
            encoder.ifPresent(part -> checkPicture(part, "encoder", part.header().outputs(), part.header().inputs()));
            if (text.isPresent() && denoiser.isPresent()) {
                checkConditioning(text.get(), denoiser.get());
            }
            if (encoder.isEmpty()) {
                notes.add("There is no vae_encoder, so this model cannot start from a picture.");
            }
            String family = problems.isEmpty() ? "starter" : "unknown";
            PackageReport report = report(family, index.text("_class_name").map(name -> "model_index.json says " + name).orElse("by its parts"));
            if (!problems.isEmpty() || noise == null || text.isEmpty() || denoiser.isEmpty() || decoder.isEmpty()) {
                return new ModelFolder(report, null);
            }
            LatentFormat format = format(vae, denoiser.get());
            Sizes sizes = sizes(denoiser.get().ports(), format, unet);
            Defaults defaults = new Defaults(sizes.presets().getFirst(), 20, noise.sampler().text(), noise.spacing().text(), "cfg(w=3)");
            return new ModelFolder(
                    report,
                    new Contents(
                            text.get(), decoder.get(), encoder, denoisers, noise, format, folder.resolve("tokenizer"), context, sizes, defaults, files()));
        }

        private PackageReport report(String family, String reason) {
            String name = folder.getFileName() == null ? folder.toString() : folder.getFileName().toString();
            String title = name.isEmpty() ? name : Character.toUpperCase(name.charAt(0)) + name.substring(1);
            return new PackageReport(folder, title, family, reason, parts.stream().map(ModelPart::component).toList(), problems, notes);
        }

        private Optional<ModelPart> part(String role) {
            Optional<ModelPart> part = ModelPart.read(folder, role, problems);
            part.ifPresent(parts::add);
            return part;
        }

        private Optional<Denoising> denoiser(String role) {
            return part(role).flatMap(part -> DenoiserPorts.of(part.header(), part.where(), problems).map(ports -> new Denoising(part, ports)));
        }

        private int tokenizer() {
            JsonFile config = JsonFile.read(folder.resolve("tokenizer/tokenizer_config.json"), "tokenizer/tokenizer_config.json", problems);
            if (!Files.isRegularFile(folder.resolve("tokenizer/vocab.txt"))) {
                problems.add(new Problem("tokenizer/vocab.txt", "the vocabulary of the text encoder", "nothing", "Copy the tokenizer folder of the model too"));
            }
            double context = config.number("model_max_length").orElse(32.0);
            if (context < 3 || context > 4096) {
                problems.add(new Problem("tokenizer/tokenizer_config.json", "model_max_length from 3 to 4096", String.valueOf(context), "Correct the file or download it again"));
                return 32;
            }
            return (int) context;
        }

        private @Nullable SchedulerConfig noise() {
            Path file = folder.resolve("scheduler/scheduler_config.json");
            if (!Files.isRegularFile(file)) {
                problems.add(new Problem("scheduler/scheduler_config.json", "the noise schedule the model was trained on", "nothing", "Copy the scheduler folder of the model too"));
                return null;
            }
            try {
                return SchedulerConfig.read(file);
            } catch (EngineException.ModelProblem e) {
                problems.addAll(e.problems());
                return null;
            }
        }

        private void checkText(ModelPart part) {
            List<Port> inputs = part.header().inputs();
            if (inputs.size() != 1 || inputs.getFirst().rank() != 2 || !isIds(inputs.getFirst().type())) {
                problems.add(new Problem(part.where(), "one input of token ids, int64[batch,sequence]", list(inputs), "Export the text encoder again"));
            }
            List<Port> outputs = part.header().outputs();
            if (outputs.isEmpty() || outputs.getFirst().rank() != 3 || outputs.getFirst().fixed(2) < 1 || !outputs.getFirst().type().isFloating()) {
                problems.add(new Problem(part.where(), "hidden states, float[batch,sequence,width]", list(outputs), "Export the text encoder again"));
            }
        }

        private static boolean isIds(TensorType type) {
            return type == TensorType.INT32 || type == TensorType.INT64;
        }

        private void checkPicture(ModelPart part, String what, List<Port> latents, List<Port> pictures) {
            boolean fits = latents.size() >= 1
                    && pictures.size() >= 1
                    && latents.getFirst().rank() == 4
                    && pictures.getFirst().rank() == 4
                    && latents.getFirst().type().isFloating()
                    && pictures.getFirst().type().isFloating();
            if (!fits) {
                problems.add(new Problem(part.where(), "an " + what + " between pictures and latents, both float[batch,channels,height,width]",
                        list(part.header().inputs()) + " to " + list(part.header().outputs()), "Export this part again"));
            }
        }

        private void checkConditioning(ModelPart text, Denoising denoiser) {
            List<Port> others = denoiser.ports().others();
            if (others.size() != 1 || others.getFirst().rank() != 3) {
                problems.add(new Problem(denoiser.part().where(), "one conditioning input, encoder_hidden_states", list(others), "This kind of model is not supported"));
                return;
            }
            long wanted = others.getFirst().fixed(2);
            long given = text.header().outputs().isEmpty() ? -1 : text.header().outputs().getFirst().fixed(2);
            if (wanted > 0 && given > 0 && wanted != given) {
                problems.add(new Problem(text.where(), "hidden states of width " + wanted + ", which unet/model.onnx takes", "width " + given,
                        "The parts belong to different models; copy one model completely"));
            }
        }

        private static String list(List<Port> ports) {
            return ports.isEmpty() ? "none" : String.join(", ", ports.stream().map(Port::toString).toList());
        }

        private static LatentFormat format(JsonFile vae, Denoising denoiser) {
            int levels = vae.length("block_out_channels");
            int channels = denoiser.ports().channels() > 0 ? (int) denoiser.ports().channels() : vae.number("latent_channels").orElse(4.0).intValue();
            return new LatentFormat(channels, levels > 0 ? 1 << (levels - 1) : 8, vae.number("scaling_factor").orElse(1.0), vae.number("shift_factor").orElse(0.0));
        }

        private static Sizes sizes(DenoiserPorts ports, LatentFormat format, JsonFile unet) {
            int unit = format.downscale();
            int fixedHeight = (int) Math.max(0, ports.sample().fixed(2) * unit);
            int fixedWidth = (int) Math.max(0, ports.sample().fixed(3) * unit);
            int side = unet.number("sample_size").orElse(64.0).intValue() * unit;
            List<Size> presets = fixedHeight > 0 && fixedWidth > 0
                    ? List.of(new Size(fixedWidth, fixedHeight))
                    : List.of(new Size(side, side), new Size(side * 3 / 4, side * 3 / 4), new Size(side * 5 / 4, side * 5 / 4), new Size(side, side * 5 / 4), new Size(side * 5 / 4, side));
            return new Sizes(unit, Math.min(64, side), LARGEST_SIDE, fixedWidth, fixedHeight, presets);
        }

        /// The networks with their weights, the tokenizer and the configuration files.
        private List<Path> files() {
            TreeSet<Path> files = new TreeSet<>();
            parts.forEach(part -> files.addAll(part.files().stream().map(file -> folder.resolve(part.role()).resolve(file.getFileName())).toList()));
            for (String config : List.of("model_index.json", "scheduler/scheduler_config.json", "unet/config.json", "vae_decoder/config.json")) {
                if (Files.isRegularFile(folder.resolve(config))) {
                    files.add(folder.resolve(config));
                }
            }
            try (Stream<Path> tokenizer = Files.list(folder.resolve("tokenizer"))) {
                tokenizer.filter(Files::isRegularFile).forEach(files::add);
            } catch (IOException e) {
                problems.add(new Problem("tokenizer", "a readable folder", String.valueOf(e.getMessage()), "Check the permissions of the folder"));
            }
            return List.copyOf(files);
        }
    }
}
