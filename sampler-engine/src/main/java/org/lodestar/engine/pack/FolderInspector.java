package org.lodestar.engine.pack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
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

/// One look into a model folder: finds the parts, recognises the family, checks that the parts fit each other, and collects everything that is wrong.
///
/// The graphs themselves decide; configuration files only fill in what no graph says. A folder without any of them loads if its family is clear.
final class FolderInspector {
    private static final List<String> FEW_STEPS = List.of("turbo", "lightning", "hyper", "lcm", "schnell");
    private static final Set<String> EVEN_SPACINGS = Set.of("trailing", "linspace");
    /// What belongs to a tokenizer that lies beside the parts of the model.
    private static final Set<String> TOKENIZER_FILES =
            Set.of("vocab.json", "merges.txt", "vocab.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "spiece.model");
    private static final String ERASED_WORDS = "erased.json";
    /// Far beyond what latents of any autoencoder are scaled by.
    private static final double LARGEST_SCALE = 1e6;
    /// Far beyond the side of any latents.
    private static final int MOST_CELLS = 4096;

    private final Path folder;
    private final List<Problem> problems = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Set<String> asked = new HashSet<>();
    private final Map<String, ModelPart> parts = new LinkedHashMap<>();
    private final NoiseInspector noises;
    private Manifest manifest = Manifest.NONE;

    FolderInspector(Path folder) {
        this.folder = folder;
        this.noises = new NoiseInspector(folder, problems, notes);
    }

    ModelFolder inspect() {
        if (!Files.isDirectory(folder)) {
            String found = Files.exists(folder) ? "a file" : "nothing";
            problems.add(new Problem(folder.toString(), "a model folder", found, "Choose the folder that holds unet or transformer, text_encoder and vae_decoder"));
            return new ModelFolder(report(Family.UNKNOWN, "there is no folder"), null);
        }
        manifest = Manifest.read(folder, problems);
        boolean transforms = has(manifest.file(Transformer.SLOT)) && !has(manifest.file("unet"));
        JsonFile index = json("model_index.json");
        JsonFile config = json(manifest.beside(transforms ? Transformer.SLOT : "unet", "config.json"));
        JsonFile vae = json(manifest.beside("vae_decoder", "config.json"));

        Optional<ModelPart> text = isThere("text_encoder") || !isThere("text_encoder_2") ? part("text_encoder") : Optional.empty();
        List.of("text_encoder_2", "text_encoder_3").stream().filter(slot -> has(manifest.file(slot))).forEach(this::part);
        Optional<Transformer> transformer = transforms
                ? part(Transformer.SLOT).flatMap(part -> Transformer.of(part.header(), pipeline(index)))
                : Optional.empty();
        if (!transforms) {
            part("unet");
        }
        Optional<ModelPart> decoder = part("vae_decoder");
        Optional<ModelPart> encoder = isThere("vae_encoder") ? part("vae_encoder") : Optional.empty();
        Map<Branch.Net, Denoising> denoisers = transforms && transformer.isEmpty() ? Map.of() : denoisers(transformer, config);
        Optional<Denoising> denoiser = Optional.ofNullable(denoisers.get(Branch.Net.MAIN));

        Recognised recognised = transforms ? recognise(transformer) : recognise(index, denoiser, text);
        Family family = recognised.family();
        if (!family.supported() && (family != Family.UNKNOWN || transforms)) {
            return refused(recognised);
        }
        TextInspector inspector = new TextInspector(folder, manifest, this::part, problems, notes);
        List<TextSlot> slots = transformer.map(Transformer::texts).orElseGet(() -> slots(family));
        List<TextPart> texts = inspector.texts(slots, family.title(), denoiser.map(Denoising::ports).orElse(null));
        SchedulerConfig noise = noises.noise(family, pipeline(index), denoiser, transformer);
        decoder.ifPresent(part -> checkPicture(part, "decoder", part.header().inputs(), part.header().outputs()));
        encoder.ifPresent(part -> checkPicture(part, "encoder", part.header().outputs(), part.header().inputs()));
        denoiser.ifPresent(found -> inspector.checkConditioning(found, texts));
        denoiser.ifPresent(found -> transformer.ifPresent(kind -> checkTransformer(kind, found, decoder)));
        Companions companions = denoiser.map(found -> companions(found, decoder, texts)).orElse(Companions.NONE);
        Optional<ModelPart> preview = companions.preview().or(() -> decoder.flatMap(found -> TinyDecoder.find(folder, family, found.header().inputs().getFirst(), notes)));
        if (vae.length("latents_mean") > 0 || vae.length("latents_std") > 0) {
            problems.add(new Problem("vae_decoder/config.json", "one scaling factor for all channels", "a mean and spread per channel",
                    "This kind of model is not supported"));
        }
        checkNumber(vae, "vae_decoder/config.json", "scaling_factor", Double.MIN_NORMAL, LARGEST_SCALE, "a number above 0, at most a million");
        checkNumber(config, manifest.beside(transforms ? Transformer.SLOT : "unet", "config.json"), "sample_size", 1, MOST_CELLS, "1 to " + MOST_CELLS + " cells");
        denoiser.filter(found -> decoder.isPresent()).map(found -> Geometry.picture(config, vae, found, decoder.get())).filter(shown -> shown != PictureInput.NONE).ifPresent(shown -> notes.add(
                shown == PictureInput.EDIT
                        ? "This model edits a picture by words: give it a source picture, and a strength of 1; the policy image_guidance sets how closely it keeps to the picture."
                        : "This model repaints a part of a picture: give it a source picture and a mask."));
        if (family == Family.SDXL_REFINER) {
            notes.add("This model finishes pictures: give it a source picture and a strength of about 0.3.");
        }
        if (encoder.isEmpty()) {
            notes.add("There is no vae_encoder, so this model cannot start from a picture.");
        } else if (family != Family.SANA && encoder.get().header().output("latent_sample") != null) {
            notes.add("The vae_encoder draws random numbers of its own, so starting from a picture cannot be repeated exactly.");
        }
        Optional.ofNullable(denoisers.get(Branch.Net.ERASED)).ifPresent(found -> notes.add(erased(found.part())));
        transformer.ifPresent(kind -> notes.addAll(kind.notes()));
        parts.values().stream().filter(part -> !GpuOnly.operators(part.header()).isEmpty()).forEach(part -> notes.add(
                part.where() + " was exported for a GPU (" + String.join(", ", GpuOnly.operators(part.header())) + ") and does not run on the CPU."));

        PackageReport report = report(problems.isEmpty() ? family : recognised.family(), recognised.reason());
        if (!problems.isEmpty() || noise == null || texts.isEmpty() || denoiser.isEmpty() || decoder.isEmpty()) {
            return new ModelFolder(report, null);
        }
        PictureInput picture = Geometry.picture(config, vae, denoiser.get(), decoder.get());
        LatentFormat format = Geometry.format(family, vae, denoiser.get(), decoder.get(), picture, transformer.map(Transformer::downscale).orElse(8));
        if (picture != PictureInput.NONE && encoder.isEmpty()) {
            problems.add(new Problem("vae_encoder/model.onnx", "an encoder, since this denoiser is shown a picture", "nothing", "Copy the vae_encoder folder of the model too"));
        }
        int patch = transformer.map(Transformer::patch).orElse(1);
        int unit = format.downscale() * (transformer.isPresent() ? patch : 1 << Math.min(Geometry.halvings(denoiser.get(), config), 4));
        Sizes sizes = Geometry.sizes(family, denoiser.get(), format, config, unit, patch);
        boolean noneIsZero = (family == Family.SDXL || family == Family.SDXL_REFINER) && index.flag("force_zeros_for_empty_prompt").orElse(true);
        TextLayout layout = TextInspector.layout(slots, texts, denoiser.get().ports(), noneIsZero, transformer.map(Transformer::hidesPads).orElse(false));
        Defaults defaults = defaults(family, sizes, noise, transformer);
        List<Path> files = files(texts, companions);
        if (!problems.isEmpty()) {
            return new ModelFolder(report(family, recognised.reason()), null);
        }
        return new ModelFolder(
                report,
                new ModelFolder.Contents(
                        family, texts, layout, decoder.get(), encoder, denoisers, companions, preview, noise, format, picture, patch, sizes, defaults, manifest.calibrations(), files));
    }

    /// A number that everything else is computed from: what is out of range would make no picture, and say so late.
    private void checkNumber(JsonFile json, String where, String key, double least, double most, String expected) {
        json.number(key).filter(value -> !(value >= least && value <= most)).ifPresent(value -> problems.add(
                new Problem(where + " " + key, expected, String.valueOf(value), "Correct the value or download this file again")));
    }

    /// The denoiser and the nets beside it that are there.
    private Map<Branch.Net, Denoising> denoisers(Optional<Transformer> transformer, JsonFile config) {
        double timeScale = transformer.map(kind -> kind.timeScale(config)).orElse(1.0);
        Map<Branch.Net, Denoising> denoisers = new LinkedHashMap<>();
        for (Branch.Net net : Branch.Net.values()) {
            String slot = transformer.isPresent() ? Manifest.transformer(net) : net.folder();
            if (net == Branch.Net.MAIN || (!slot.isEmpty() && isThere(slot))) {
                part(slot)
                        .flatMap(part -> DenoiserPorts.of(part.header(), part.where(), problems).map(ports -> new Denoising(part, ports, timeScale, Optional.empty())))
                        .ifPresent(found -> denoisers.put(net, found));
            }
        }
        Denoising distilled = denoisers.get(Branch.Net.DISTILLED);
        if (distilled != null && !distilled.ports().takesGuidance()) {
            problems.add(new Problem(distilled.part().where(), "an input for the guidance weight (guidance, guidance_scale or timestep_cond)",
                    list(distilled.part().header().inputs()), "Export it with that input, or take it out of the folder"));
        }
        return denoisers;
    }

    /// Which concept a net has lost, in words.
    private String erased(ModelPart net) {
        String where = net.where().substring(0, net.where().lastIndexOf('/') + 1) + ERASED_WORDS;
        CheckedJson words = JsonFile.read(folder.resolve(where), where, problems).checked(where, problems).knows("concept", "replacement");
        Optional<String> concept = words.text("concept");
        return net.where() + concept.map(lost -> " has lost \"" + lost + "\"" + words.text("replacement").map(instead -> " and draws \"" + instead + "\" instead").orElse("") + " (policy erased).")
                .orElse(" does not say which concept it has lost: write it into " + where + ".");
    }

    private ModelFolder refused(Recognised recognised) {
        Optional<ModelPart> unknown = Optional.ofNullable(recognised.family() == Family.UNKNOWN ? parts.get(Transformer.SLOT) : null);
        if (unknown.isPresent() || recognised.family() != Family.UNKNOWN) {
            String kind = unknown.map(part -> "a transformer with the inputs " + list(part.header().inputs())).orElse("a " + recognised.family().title() + " model");
            problems.add(new Problem(folderName(), "a kind of model this program can run", kind,
                    "Use Stable Diffusion 1, 2, XL or 3, FLUX.1, PixArt, Sana or a latent consistency model"));
        }
        return new ModelFolder(report(recognised.family(), recognised.reason()), null);
    }

    /// What a transformer of a kind must take and give beyond what every denoiser does.
    private void checkTransformer(Transformer kind, Denoising denoiser, Optional<ModelPart> decoder) {
        DenoiserPorts ports = denoiser.ports();
        String where = denoiser.part().where();
        kind.needs().stream().filter(meaning -> ports.port(meaning) == null).forEach(meaning -> problems.add(new Problem(
                where, "an input for " + meaning.title(), list(denoiser.part().header().inputs()), "Export the transformer again, with all inputs of " + kind.family().title())));
        if (denoiser.timeScale() < 1 && !ports.timestep().type().isFloating()) {
            problems.add(new Problem(where, "a timestep in floating point, since this family is told fractions", ports.timestep().toString(), "Export the transformer again"));
        }
        long decoded = decoder.flatMap(part -> part.header().inputs().stream().findFirst()).filter(Geometry::isPlanes).map(port -> port.fixed(1)).orElse(-1L);
        if (ports.channels() > 0 && decoded > 0 && ports.channels() != decoded) {
            problems.add(new Problem(where, "latents of " + decoded + " channels, which vae_decoder takes", ports.channels() + " channels",
                    "The parts belong to different models, or this is a kind that is shown a picture, which is not supported"));
        }
        Port patches = ports.port(Meaning.PATCH_PLACES);
        if (ports.patches() && patches != null && Geometry.fixedPatches(ports) > 0 && Geometry.square(Geometry.fixedPatches(ports)) == 0) {
            problems.add(new Problem(where, "any number of patches, or those of a square picture", Geometry.fixedPatches(ports) + " patches", "Export the transformer with free picture sizes"));
        }
    }

    private static String pipeline(JsonFile index) {
        return index.text("_class_name").orElse("").replaceFirst("^(Onnx|ORT)", "");
    }

    private Recognised recognise(Optional<Transformer> transformer) {
        if (transformer.isPresent()) {
            return new Recognised(transformer.get().family(), transformer.get().reason());
        }
        Optional<ModelPart> part = part(Transformer.SLOT);
        if (part.isEmpty()) {
            return new Recognised(Family.UNKNOWN, "its transformer could not be read");
        }
        boolean chroma = part.get().header().input("img_ids") != null;
        return new Recognised(chroma ? Family.CHROMA : Family.UNKNOWN, "its transformer's inputs");
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
            return ports.takesRating()
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
            width = text.flatMap(part -> TextInspector.last(part.header())).map(port -> port.fixed(2)).orElse(-1L);
        }
        if (width == 768) {
            return new Recognised(Family.SD1, "its text states are 768 wide");
        }
        if (width == 1024) {
            return new Recognised(Family.SD2, "its text states are 1024 wide");
        }
        String name = pipeline(index);
        if (name.equals("StableDiffusionPipeline")) {
            boolean second = json("text_encoder/config.json").text("hidden_act").orElse("").equals("gelu");
            return new Recognised(second ? Family.SD2 : Family.SD1, "model_index.json says " + name);
        }
        problems.add(new Problem("unet/model.onnx", "text states 768 (Stable Diffusion 1), 1024 (2) or 2048 (XL) wide",
                width < 0 ? "no fixed width" : width + " wide",
                "Add the model_index.json of the model, or use another model"));
        return new Recognised(Family.UNKNOWN, "nothing in the folder tells");
    }

    /// The text networks of a family with a UNet.
    private List<TextSlot> slots(Family family) {
        TextSlot second = TextSlot.clip(2, TextSlot.States.LAST_BUT_ONE, "text_embeds");
        return switch (family) {
            case SDXL -> List.of(TextSlot.clip(1, TextSlot.States.LAST_BUT_ONE, ""), second);
            case SDXL_REFINER -> List.of(second);
            default -> List.of(TextSlot.only(isWordPiece("tokenizer") ? TokenizerKind.WORD_PIECE : TokenizerKind.CLIP, family == Family.SD2));
        };
    }

    private boolean isWordPiece(String tokenizer) {
        Path place = TextInspector.tokenizer(folder, tokenizer, TokenizerKind.WORD_PIECE);
        return Files.isRegularFile(place.resolve("vocab.txt")) && !Files.isRegularFile(place.resolve("merges.txt"));
    }

    private void checkPicture(ModelPart part, String what, List<Port> latents, List<Port> pictures) {
        boolean fits = !latents.isEmpty() && !pictures.isEmpty() && Geometry.isPlanes(latents.getFirst()) && Geometry.isPlanes(pictures.getFirst());
        if (!fits) {
            problems.add(new Problem(part.where(), "an " + what + " between pictures and latents, both float[batch,channels,height,width]",
                    list(part.header().inputs()) + " to " + list(part.header().outputs()), "Export this part again"));
        }
    }

    private Defaults defaults(Family family, Sizes sizes, SchedulerConfig noise, Optional<Transformer> transformer) {
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
                wishes.steps().orElse(fewSteps ? 4 : transformer.map(Transformer::steps).orElse(20)),
                wishes.sampler().orElse(noise.sampler().text()),
                wishes.spacing().orElse(spacing(noise, transformer)),
                wishes.policy().orElse(fewSteps ? "none" : family.policy()),
                wishes.policies());
    }

    /// Pipelines of some transformers choose even steps themselves, where the scheduler's class would choose others.
    private static String spacing(SchedulerConfig noise, Optional<Transformer> transformer) {
        boolean even = noise.className().startsWith("FlowMatch") && EVEN_SPACINGS.contains(noise.spacing().id());
        return transformer.flatMap(Transformer::spacing).filter(spacing -> even).orElse(noise.spacing().text());
    }

    private Companions companions(Denoising denoiser, Optional<ModelPart> decoder, List<TextPart> texts) {
        Port latents = denoiser.ports().patches() && decoder.isPresent() ? decoder.get().header().inputs().getFirst() : denoiser.ports().sample();
        return new CompanionInspector(folder, manifest, this::part, problems).inspect(latents, TextInspector.width(texts));
    }

    /// The networks with their weights, the tokenizers and the configuration files.
    private List<Path> files(List<TextPart> texts, Companions companions) {
        Set<Path> files = new TreeSet<>(companions.files());
        for (ModelPart part : parts.values()) {
            part.files().forEach(files::add);
            addIfThere(part.file().resolveSibling("config.json"), files);
            if (part.role().startsWith("erased/")) {
                addIfThere(part.file().resolveSibling(ERASED_WORDS), files);
            }
        }
        addIfThere(folder.resolve("model_index.json"), files);
        addIfThere(noises.file(), files);
        for (TextPart text : texts) {
            try (Stream<Path> tokenizer = Files.list(text.tokenizer())) {
                tokenizer.filter(Files::isRegularFile).filter(file -> !text.tokenizer().equals(folder) || TOKENIZER_FILES.contains(String.valueOf(file.getFileName()))).forEach(files::add);
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

    /// The network of a slot, read once.
    private Optional<ModelPart> part(String role) {
        if (asked.add(role)) {
            ModelPart.read(folder, role, manifest.file(role), problems).ifPresent(part -> parts.put(role, part));
        }
        return Optional.ofNullable(parts.get(role));
    }

    private PackageReport report(Family family, String reason) {
        String name = folderName();
        String title = name.isEmpty() ? name : Character.toUpperCase(name.charAt(0)) + name.substring(1);
        return new PackageReport(folder, title, family.id(), reason, new Exporter(parts.values(), has("model_index.json")).guess(), parts.values().stream().map(ModelPart::component).toList(), problems, notes);
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
