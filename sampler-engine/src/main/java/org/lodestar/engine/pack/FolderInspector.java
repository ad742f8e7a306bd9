package org.lodestar.engine.pack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.latent.LatentFormat;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.pack.DenoiserPorts.Meaning;
import org.lodestar.engine.pack.ModelFolder.Denoising;
import org.lodestar.engine.pack.ModelFolder.TextPart;
import org.lodestar.engine.pack.ModelInfo.Defaults;
import org.lodestar.engine.pack.ModelInfo.Size;
import org.lodestar.engine.pack.ModelInfo.Sizes;
import org.lodestar.engine.pack.OnnxFile.Port;
import tools.jackson.databind.json.JsonMapper;

/// One look into a model folder: finds the parts, recognises the family, checks that the parts fit each other, and collects everything that is wrong.
///
/// The graphs themselves decide; configuration files only fill in what no graph says. A folder without any of them loads if its family is clear.
final class FolderInspector {
    private static final List<String> FEW_STEPS = List.of("turbo", "lightning", "hyper", "lcm", "schnell");
    private static final int CLIP_CONTEXT = 77;
    private static final int SMALLEST_SIDE = 64;
    private static final int LARGEST_SIDE = 2048;

    private final Path folder;
    private final List<Problem> problems = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<ModelPart> parts = new ArrayList<>();
    private Manifest manifest = Manifest.NONE;

    FolderInspector(Path folder) {
        this.folder = folder;
    }

    ModelFolder inspect() {
        if (!Files.isDirectory(folder)) {
            String found = Files.exists(folder) ? "a file" : "nothing";
            problems.add(new Problem(folder.toString(), "a model folder", found, "Choose the folder that holds unet, text_encoder and vae_decoder"));
            return new ModelFolder(report(Family.UNKNOWN, "there is no folder"), null);
        }
        manifest = Manifest.read(folder, problems);
        JsonFile index = json("model_index.json");
        JsonFile unet = json(manifest.beside("unet", "config.json"));
        JsonFile vae = json(manifest.beside("vae_decoder", "config.json"));

        boolean transformer = has("transformer/model.onnx") && !has(manifest.file("unet"));
        if (transformer) {
            return transformer();
        }
        Optional<ModelPart> text = part("text_encoder");
        Optional<ModelPart> second = has(manifest.file("text_encoder_2")) ? part("text_encoder_2") : Optional.empty();
        Optional<Denoising> denoiser = denoiser("unet");
        Optional<ModelPart> decoder = part("vae_decoder");
        Optional<ModelPart> encoder = isThere("vae_encoder") ? part("vae_encoder") : Optional.empty();
        Map<Branch.Net, Denoising> denoisers = new LinkedHashMap<>();
        denoiser.ifPresent(found -> denoisers.put(Branch.Net.MAIN, found));
        for (Branch.Net net : Branch.Net.values()) {
            if (net != Branch.Net.MAIN && !net.folder().isEmpty() && isThere(net.folder())) {
                denoiser(net.folder()).ifPresent(found -> denoisers.put(net, found));
            }
        }
        Denoising distilled = denoisers.get(Branch.Net.DISTILLED);
        if (distilled != null && !distilled.ports().takesGuidance()) {
            problems.add(new Problem(distilled.part().where(), "an input for the guidance weight (guidance, guidance_scale or timestep_cond)",
                    list(distilled.part().header().inputs()), "Export it with that input, or take it out of the folder"));
        }

        Recognised recognised = recognise(index, denoiser, text);
        Family family = recognised.family();
        if (!family.supported() && family != Family.UNKNOWN) {
            refuse(family.title());
        }
        List<TextPart> texts = texts(family, text, second);
        SchedulerConfig noise = noise(family);
        decoder.ifPresent(part -> checkPicture(part, "decoder", part.header().inputs(), part.header().outputs()));
        encoder.ifPresent(part -> checkPicture(part, "encoder", part.header().outputs(), part.header().inputs()));
        denoiser.ifPresent(found -> checkConditioning(found, texts));
        Companions companions = denoiser.map(found -> companions(found, texts)).orElse(Companions.NONE);
        if (vae.length("latents_mean") > 0 || vae.length("latents_std") > 0) {
            problems.add(new Problem("vae_decoder/config.json", "one scaling factor for all channels", "a mean and spread per channel",
                    "This kind of model is not supported"));
        }
        denoiser.filter(found -> decoder.isPresent()).map(found -> picture(unet, vae, found, decoder.get())).filter(shown -> shown != PictureInput.NONE).ifPresent(shown -> notes.add(
                shown == PictureInput.EDIT
                        ? "This model edits a picture by words: give it a source picture, and a strength of 1; the policy image_guidance sets how closely it keeps to the picture."
                        : "This model repaints a part of a picture: give it a source picture and a mask."));
        if (encoder.isEmpty()) {
            notes.add("There is no vae_encoder, so this model cannot start from a picture.");
        } else if (encoder.get().header().output("latent_sample") != null) {
            notes.add("The vae_encoder draws random numbers of its own, so starting from a picture cannot be repeated exactly.");
        }
        parts.stream().filter(part -> !GpuOnly.operators(part.header()).isEmpty()).forEach(part -> notes.add(
                part.where() + " was optimised for a GPU (" + String.join(", ", GpuOnly.operators(part.header())) + ") and does not run on the CPU."));

        PackageReport report = report(problems.isEmpty() ? family : recognised.family(), recognised.reason());
        if (!problems.isEmpty() || noise == null || texts.isEmpty() || denoiser.isEmpty() || decoder.isEmpty()) {
            return new ModelFolder(report, null);
        }
        PictureInput picture = picture(unet, vae, denoiser.get(), decoder.get());
        LatentFormat format = format(family, vae, denoiser.get(), picture);
        if (picture != PictureInput.NONE && encoder.isEmpty()) {
            problems.add(new Problem("vae_encoder/model.onnx", "an encoder, since this denoiser is shown a picture", "nothing", "Copy the vae_encoder folder of the model too"));
        }
        Sizes sizes = sizes(family, denoiser.get(), format, unet);
        boolean noneIsZero = family == Family.SDXL && index.flag("force_zeros_for_empty_prompt").orElse(true);
        Defaults defaults = defaults(family, sizes, noise);
        List<Path> files = files(texts, companions);
        if (!problems.isEmpty()) {
            return new ModelFolder(report(family, recognised.reason()), null);
        }
        return new ModelFolder(
                report,
                new ModelFolder.Contents(
                        family, texts, noneIsZero, decoder.get(), encoder, denoisers, companions, noise, format, picture, sizes, defaults, manifest.calibrations(), files));
    }

    /// A folder with a transformer: recognised, but not run.
    private ModelFolder transformer() {
        Family family = part("transformer").map(part -> transformerFamily(part.header())).orElse(Family.UNKNOWN);
        if (!parts.isEmpty()) {
            refuse(family == Family.UNKNOWN ? "transformer" : family.title());
        }
        return new ModelFolder(report(family, "its transformer's inputs"), null);
    }

    private static Family transformerFamily(OnnxFile header) {
        if (header.input("img_ids") != null) {
            return Family.FLUX;
        }
        return header.input("pooled_projections") != null ? Family.SD3 : Family.UNKNOWN;
    }

    private void refuse(String kind) {
        problems.add(new Problem(folderName(), "a kind of model this program can run", "a " + kind + " model",
                "Use Stable Diffusion 1, 2 or XL, or a latent consistency model"));
    }

    private record Recognised(Family family, String reason) {}

    /// The family, from the inputs of the denoiser, then the tokenizer, then the class name.
    private Recognised recognise(JsonFile index, Optional<Denoising> denoiser, Optional<ModelPart> text) {
        if (denoiser.isEmpty()) {
            return new Recognised(Family.UNKNOWN, "its denoiser could not be read");
        }
        DenoiserPorts ports = denoiser.get().ports();
        Port sizes = ports.port(Meaning.SIZES);
        if (sizes != null) {
            return sizes.fixed(1) == 5
                    ? new Recognised(Family.SDXL_REFINER, "its denoiser takes five size numbers")
                    : new Recognised(Family.SDXL, "its denoiser takes text_embeds and time_ids");
        }
        if (ports.port(Meaning.GUIDANCE_WAVES) != null) {
            return new Recognised(Family.LCM, "its denoiser takes the guidance weight (timestep_cond)");
        }
        if (isWordPiece("tokenizer")) {
            return new Recognised(Family.STARTER, "its tokenizer is WordPiece");
        }
        Port states = ports.port(Meaning.TEXT_STATES);
        long width = states == null ? -1 : states.fixed(2);
        if (width < 0) {
            width = text.flatMap(part -> statesOf(part.header())).map(port -> port.fixed(2)).orElse(-1L);
        }
        if (width == 768) {
            return new Recognised(Family.SD1, "its text states are 768 wide");
        }
        if (width == 1024) {
            return new Recognised(Family.SD2, "its text states are 1024 wide");
        }
        String name = index.text("_class_name").orElse("").replaceFirst("^(Onnx|ORT)", "");
        if (name.equals("StableDiffusionPipeline")) {
            boolean second = json("text_encoder/config.json").text("hidden_act").orElse("").equals("gelu");
            return new Recognised(second ? Family.SD2 : Family.SD1, "model_index.json says " + name);
        }
        problems.add(new Problem("unet/model.onnx", "text states 768 (Stable Diffusion 1), 1024 (2) or 2048 (XL) wide",
                width < 0 ? "no fixed width" : width + " wide",
                "Add the model_index.json of the model, or use another model"));
        return new Recognised(Family.UNKNOWN, "nothing in the folder tells");
    }

    private static Optional<Port> statesOf(OnnxFile header) {
        Port named = header.output("last_hidden_state");
        return named != null ? Optional.of(named) : header.outputs().stream().filter(port -> port.rank() == 3).findFirst();
    }

    /// The text networks; empty, with problems, if one does not fit.
    private List<TextPart> texts(Family family, Optional<ModelPart> first, Optional<ModelPart> second) {
        int before = problems.size();
        List<TextPart> texts = new ArrayList<>();
        boolean xl = family == Family.SDXL;
        checkTokenizer("tokenizer");
        first.flatMap(part -> text(part, "tokenizer", family, xl, false)).ifPresent(texts::add);
        if (xl) {
            checkTokenizer("tokenizer_2");
            if (second.isEmpty() && !has(manifest.file("text_encoder_2"))) {
                problems.add(new Problem("text_encoder_2/model.onnx", "the second text encoder of " + family.title(), "nothing", "Copy the whole model folder"));
            }
            second.flatMap(part -> text(part, "tokenizer_2", family, true, true)).ifPresent(texts::add);
        }
        return problems.size() > before || (xl && texts.size() < 2) ? List.of() : texts;
    }

    private Optional<TextPart> text(ModelPart part, String tokenizer, Family family, boolean penultimate, boolean pooled) {
        int before = problems.size();
        OnnxFile header = part.header();
        List<Port> ids = header.inputs().stream().filter(port -> port.type() != TensorType.BOOL).toList();
        if (ids.size() != 1 || ids.getFirst().rank() != 2 || !(ids.getFirst().type() == TensorType.INT32 || ids.getFirst().type() == TensorType.INT64)) {
            problems.add(new Problem(part.where(), "one input of token ids, int64[batch,sequence]", list(header.inputs()), "Export the text encoder again"));
        }
        String states = states(part, penultimate);
        String summary = "";
        if (pooled) {
            Port port = header.output("text_embeds");
            if (port == null || port.rank() != 2) {
                problems.add(new Problem(part.where(), "an output text_embeds, float[batch,width]", list(header.outputs()),
                        "Export it as a text encoder with projection"));
            }
            summary = "text_embeds";
        }
        int context = context(tokenizer, ids);
        if (problems.size() > before) {
            return Optional.empty();
        }
        String padding = family == Family.SD2 || tokenizer.equals("tokenizer_2") ? "!" : "<|endoftext|>";
        return Optional.of(new TextPart(part, folder.resolve(tokenizer), isWordPiece(tokenizer), padding, context, states, summary));
    }

    /// The output that conditions the denoiser: the last states, or the last but one of those the encoder gives.
    private String states(ModelPart part, boolean penultimate) {
        OnnxFile header = part.header();
        Optional<Port> last = statesOf(header);
        if (penultimate) {
            long layers = header.outputs().stream().filter(port -> port.name().startsWith("hidden_states.")).count();
            Port wanted = header.output("hidden_states." + (layers - 2));
            if (wanted != null) {
                return checkedStates(part, wanted);
            }
            notes.add(part.where()
                    + " gives only its last states, not the last but one that this family was trained with; pictures differ a little from other programs.");
        }
        if (last.isEmpty()) {
            problems.add(new Problem(part.where(), "hidden states, float[batch,sequence,width]", list(header.outputs()), "Export the text encoder again"));
            return "";
        }
        return checkedStates(part, last.get());
    }

    private String checkedStates(ModelPart part, Port port) {
        if (port.rank() != 3 || !port.type().isFloating()) {
            problems.add(new Problem(part.where(), "hidden states, float[batch,sequence,width]", port.toString(), "Export the text encoder again"));
        }
        return port.name();
    }

    private boolean isWordPiece(String tokenizer) {
        return has(tokenizer + "/vocab.txt") && !has(tokenizer + "/merges.txt");
    }

    private void checkTokenizer(String tokenizer) {
        if (isWordPiece(tokenizer)) {
            return;
        }
        List<String> missing = Stream.of("vocab.json", "merges.txt").filter(file -> !has(tokenizer + "/" + file)).toList();
        if (!missing.isEmpty()) {
            problems.add(new Problem(tokenizer, "vocab.json and merges.txt (or the vocab.txt of a WordPiece tokenizer)", "no " + String.join(" and no ", missing),
                    "Copy the tokenizer folder of the model too"));
        }
    }

    private int context(String tokenizer, List<Port> ids) {
        if (!ids.isEmpty() && ids.getFirst().fixed(1) > 2) {
            return (int) ids.getFirst().fixed(1);
        }
        double context = json(tokenizer + "/tokenizer_config.json").number("model_max_length").orElse((double) CLIP_CONTEXT);
        if (context < 3 || context > 512) {
            problems.add(new Problem(tokenizer + "/tokenizer_config.json", "model_max_length from 3 to 512", String.valueOf(context),
                    "Correct the file or download it again"));
        }
        return (int) Math.clamp(context, 3, 512);
    }

    private @Nullable SchedulerConfig noise(Family family) {
        Path file = folder.resolve("scheduler/scheduler_config.json");
        try {
            if (Files.isRegularFile(file)) {
                return SchedulerConfig.read(file);
            }
            String prediction = family.prediction();
            if (prediction != null) {
                notes.add("There is no scheduler file; the usual noise of " + family.title() + " is assumed.");
                return SchedulerConfig.parse(JsonMapper.shared().readTree("""
                        {"_class_name": "%s", "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "steps_offset": 1,
                         "set_alpha_to_one": false, "clip_sample": false, "timestep_spacing": "leading", "prediction_type": "%s"}
                        """.formatted(family == Family.LCM ? "LCMScheduler" : "DDIMScheduler", prediction)));
            }
            problems.add(new Problem("scheduler/scheduler_config.json", "the noise schedule the model was trained on", "nothing",
                    "Copy the scheduler folder of the model too"));
        } catch (EngineException.ModelProblem e) {
            problems.addAll(e.problems());
        }
        return null;
    }

    private void checkPicture(ModelPart part, String what, List<Port> latents, List<Port> pictures) {
        boolean fits = !latents.isEmpty() && !pictures.isEmpty() && isPlanes(latents.getFirst()) && isPlanes(pictures.getFirst());
        if (!fits) {
            problems.add(new Problem(part.where(), "an " + what + " between pictures and latents, both float[batch,channels,height,width]",
                    list(part.header().inputs()) + " to " + list(part.header().outputs()), "Export this part again"));
        }
    }

    private static boolean isPlanes(Port port) {
        return port.rank() == 4 && port.type().isFloating();
    }

    private void checkConditioning(Denoising denoiser, List<TextPart> texts) {
        DenoiserPorts ports = denoiser.ports();
        Port states = ports.port(Meaning.TEXT_STATES);
        if (states == null) {
            problems.add(new Problem(denoiser.part().where(), "an input encoder_hidden_states",
                    list(ports.others().stream().map(DenoiserPorts.Other::port).toList()),
                    "This kind of model is not supported"));
            return;
        }
        List<Long> widths = texts.stream().map(text -> width(text.part(), text.states())).toList();
        long given = widths.stream().mapToLong(Long::longValue).sum();
        if (!texts.isEmpty() && !widths.contains(-1L) && states.fixed(2) > 0 && given != states.fixed(2)) {
            problems.add(new Problem(texts.getFirst().part().where(),
                    "hidden states of width " + states.fixed(2) + ", which " + denoiser.part().where() + " takes", "width " + given,
                    "The parts belong to different models; copy one model completely"));
        }
        Port pooled = ports.port(Meaning.POOLED_TEXT);
        if (pooled != null && !texts.isEmpty() && !texts.getLast().pooled().isEmpty()) {
            long width = width(texts.getLast().part(), texts.getLast().pooled());
            if (pooled.fixed(1) > 0 && width > 0 && pooled.fixed(1) != width) {
                problems.add(new Problem(texts.getLast().part().where(), "text_embeds of width " + pooled.fixed(1), "width " + width,
                        "The parts belong to different models; copy one model completely"));
            }
        }
    }

    private static long width(ModelPart part, String output) {
        Port port = part.header().output(output);
        return port == null ? -1 : port.fixed(port.rank() - 1);
    }

    /// Whether the denoiser's input has room for a picture beside the latents that the decoder takes.
    private static PictureInput picture(JsonFile unet, JsonFile vae, Denoising denoiser, ModelPart decoder) {
        long channels = denoiser.ports().channels() > 0 ? denoiser.ports().channels() : unet.number("in_channels").orElse(0.0).longValue();
        long decoded = decoder.header().inputs().stream().findFirst().filter(FolderInspector::isPlanes).map(port -> port.fixed(1)).orElse(-1L);
        long latent = decoded > 0 ? decoded : vae.number("latent_channels").orElse(4.0).longValue();
        return PictureInput.ofExtra(channels - latent);
    }

    private static LatentFormat format(Family family, JsonFile vae, Denoising denoiser, PictureInput picture) {
        long given = denoiser.ports().channels();
        int channels = given > 0 ? (int) given - picture.channels() : vae.number("latent_channels").orElse(4.0).intValue();
        int levels = vae.length("block_out_channels");
        int halvings = levels > 0 ? levels - 1 : 3;
        return new LatentFormat(
                channels, 1 << Math.min(halvings, 6), vae.number("scaling_factor").orElse(family.scale()), vae.number("shift_factor").orElse(family.shift()));
    }

    private static Sizes sizes(Family family, Denoising denoiser, LatentFormat format, JsonFile unet) {
        int cell = format.downscale();
        Port sample = denoiser.ports().sample();
        int fixedHeight = (int) Math.max(0, sample.fixed(2) * cell);
        int fixedWidth = (int) Math.max(0, sample.fixed(3) * cell);
        // A network that halves its state n times and joins the levels again needs sides that can be halved n times.
        int levels = unet.length("block_out_channels");
        int counted = denoiser.part().header().halvings();
        int halvings = levels > 0 ? levels - 1 : counted > 0 ? counted : 3;
        int unit = cell << Math.min(halvings, 4);
        int wanted = unet.number("sample_size").map(cells -> cells.intValue() * cell).orElse(family.side());
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

    private Defaults defaults(Family family, Sizes sizes, SchedulerConfig noise) {
        String name = folderName().toLowerCase(Locale.ROOT);
        boolean fewSteps = family == Family.LCM || FEW_STEPS.stream().anyMatch(name::contains);
        Manifest.Wishes wishes = manifest.defaults();
        Size usual = sizes.presets().getFirst();
        Size size = new Size(wishes.width().orElse(usual.width()), wishes.height().orElse(usual.height()));
        if (!sizes.take(size)) {
            problems.add(new Problem(Manifest.FILE + " defaults", "a size that the model takes, such as " + usual, size.toString(), "Correct width and height or leave them out"));
        }
        return new Defaults(
                size,
                wishes.steps().orElse(fewSteps ? 4 : 20),
                wishes.sampler().orElse(noise.sampler().text()),
                wishes.spacing().orElse(noise.spacing().text()),
                wishes.policy().orElse(fewSteps ? "none" : family.policy()));
    }

    private Companions companions(Denoising denoiser, List<TextPart> texts) {
        List<Long> widths = texts.stream().map(text -> width(text.part(), text.states())).toList();
        long textWidth = texts.isEmpty() || widths.contains(-1L) ? -1 : widths.stream().mapToLong(Long::longValue).sum();
        return new CompanionInspector(folder, manifest, this::part, problems).inspect(denoiser.ports().sample(), textWidth);
    }

    /// The networks with their weights, the tokenizers and the configuration files.
    private List<Path> files(List<TextPart> texts, Companions companions) {
        Set<Path> files = new TreeSet<>(companions.files());
        for (ModelPart part : parts) {
            part.files().forEach(files::add);
            addIfThere(part.file().resolveSibling("config.json"), files);
        }
        addIfThere(folder.resolve("model_index.json"), files);
        addIfThere(folder.resolve("scheduler/scheduler_config.json"), files);
        for (TextPart text : texts) {
            try (Stream<Path> tokenizer = Files.list(text.tokenizer())) {
                tokenizer.filter(Files::isRegularFile).forEach(files::add);
            } catch (IOException e) {
                problems.add(new Problem(folder.relativize(text.tokenizer()).toString(), "a readable folder", String.valueOf(e.getMessage()),
                        "Check the permissions of the folder"));
            }
        }
        return List.copyOf(files);
    }

    private static void addIfThere(Path file, Set<Path> files) {
        if (Files.isRegularFile(file)) {
            files.add(file);
        }
    }

    private Optional<ModelPart> part(String role) {
        Optional<ModelPart> part = ModelPart.read(folder, role, manifest.file(role), problems);
        part.ifPresent(parts::add);
        return part;
    }

    private Optional<Denoising> denoiser(String role) {
        return part(role).flatMap(part -> DenoiserPorts.of(part.header(), part.where(), problems).map(ports -> new Denoising(part, ports)));
    }

    private PackageReport report(Family family, String reason) {
        String name = folderName();
        String title = name.isEmpty() ? name : Character.toUpperCase(name.charAt(0)) + name.substring(1);
        return new PackageReport(folder, title, family.id(), reason, parts.stream().map(ModelPart::component).toList(), problems, notes);
    }

    private String folderName() {
        Path name = folder.toAbsolutePath().normalize().getFileName();
        return name == null ? folder.toString() : name.toString();
    }

    private JsonFile json(String path) {
        return JsonFile.read(folder.resolve(path), path, problems);
    }

    /// Whether a slot that may be empty is meant to be filled.
    private boolean isThere(String slot) {
        return manifest.files().containsKey(slot) || Files.isDirectory(folder.resolve(slot));
    }

    private boolean has(String path) {
        return Files.isRegularFile(folder.resolve(path));
    }

    private static String list(List<Port> ports) {
        return ports.isEmpty() ? "none" : String.join(", ", ports.stream().map(Port::toString).toList());
    }
}
