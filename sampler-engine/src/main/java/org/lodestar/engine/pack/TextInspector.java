package org.lodestar.engine.pack;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.pack.DenoiserPorts.Meaning;
import org.lodestar.engine.pack.ModelFolder.Denoising;
import org.lodestar.engine.pack.ModelFolder.TextPart;
import org.lodestar.engine.pack.OnnxFile.Port;

/// Checks the text networks of a model folder with their tokenizers, and that the denoiser takes what they give.
final class TextInspector {
    private static final int CLIP_CONTEXT = 77;
    /// Folder of the first tokenizer.
    private static final String FIRST = "tokenizer";

    private final Path folder;
    private final Manifest manifest;
    private final Function<String, Optional<ModelPart>> reader;
    private final List<Problem> problems;
    private final List<String> notes;

    /// @param reader the network of a slot, checked as such
    TextInspector(Path folder, Manifest manifest, Function<String, Optional<ModelPart>> reader, List<Problem> problems, List<String> notes) {
        this.folder = folder;
        this.manifest = manifest;
        this.reader = reader;
        this.problems = problems;
        this.notes = notes;
    }

    /// The text networks of the slots; none, with problems, if one does not fit.
    ///
    /// @param family   its title, for people
    /// @param denoiser says how many rows it takes, if it does
    List<TextPart> texts(List<TextSlot> slots, String family, @Nullable DenoiserPorts denoiser) {
        int before = problems.size();
        List<TextPart> texts = new ArrayList<>();
        for (TextSlot slot : slots) {
            if (slot.optional() && !isThere(slot.encoder())) {
                notes.add("There is no " + slot.encoder() + ", so its part of the text states is zeros; this family works without it, but reads prompts less closely.");
                continue;
            }
            checkTokenizer(slot);
            if (!slot.encoder().equals("text_encoder") && !Files.isRegularFile(folder.resolve(manifest.file(slot.encoder())))) {
                String which = slot.encoder().endsWith("2") ? "second" : "third";
                problems.add(new Problem(slot.encoder() + "/model.onnx", "the " + which + " text encoder of " + family, "nothing", "Copy the whole model folder"));
                continue;
            }
            int rows = texts.stream().filter(text -> !text.states().isEmpty()).mapToInt(TextPart::context).findFirst().orElse(0);
            reader.apply(slot.encoder()).flatMap(part -> text(part, slot, denoiser, rows)).ifPresent(texts::add);
        }
        List<TextPart> found = problems.size() > before ? List.of() : texts;
        int longest = found.stream().mapToInt(TextPart::context).max().orElse(0);
        if (found.stream().anyMatch(text -> text.context() < longest)) {
            notes.add("Of a long prompt, " + String.join(" and ", found.stream().filter(text -> text.context() < longest).map(text -> text.part().role()).toList())
                    + " read only the beginning; the last text encoder reads all of it.");
        }
        return found;
    }

    private Optional<TextPart> text(ModelPart part, TextSlot slot, @Nullable DenoiserPorts denoiser, int rowsAbove) {
        int before = problems.size();
        OnnxFile header = part.header();
        List<Port> ids = header.inputs().stream().filter(port -> port.type() != TensorType.BOOL && !isMask(port)).toList();
        if (ids.size() != 1 || ids.getFirst().rank() != 2 || !(ids.getFirst().type() == TensorType.INT32 || ids.getFirst().type() == TensorType.INT64)) {
            problems.add(new Problem(part.where(), "one input of token ids, int64[batch,sequence]", list(header.inputs()), "Export the text encoder again"));
        }
        String states = states(part, slot.states());
        if (!slot.pooled().isEmpty()) {
            Port port = header.output(slot.pooled());
            if (port == null || port.rank() != 2) {
                problems.add(new Problem(part.where(), "an output " + slot.pooled() + ", float[batch,width]", list(header.outputs()),
                        slot.pooled().equals("text_embeds") ? "Export it as a text encoder with projection" : "Export the text encoder again"));
            }
        }
        int context = context(slot, ids, denoiser, rowsAbove);
        return problems.size() > before
                ? Optional.empty()
                : Optional.of(new TextPart(part, tokenizer(folder, slot.tokenizer(), slot.kind()), slot.kind(), slot.padding(), context, states, slot.pooled(), slot.below()));
    }

    /// An input that says which tokens count.
    static boolean isMask(Port port) {
        return port.name().equals("attention_mask") && port.rank() == 2;
    }

    /// The output that conditions the denoiser: the last states, or the last but one of those the encoder gives.
    private String states(ModelPart part, TextSlot.States wish) {
        OnnxFile header = part.header();
        if (wish == TextSlot.States.NONE) {
            return "";
        }
        if (wish == TextSlot.States.LAST_BUT_ONE) {
            long layers = header.outputs().stream().filter(port -> port.name().startsWith("hidden_states.")).count();
            Port wanted = header.output("hidden_states." + (layers - 2));
            if (wanted != null) {
                return checkedStates(part, wanted);
            }
            notes.add(part.where()
                    + " gives only its last states, not the last but one that this family was trained with; pictures differ a little from other programs.");
        }
        Optional<Port> last = last(header);
        if (last.isEmpty()) {
            problems.add(new Problem(part.where(), "hidden states, float[batch,sequence,width]", list(header.outputs()), "Export the text encoder again"));
            return "";
        }
        return checkedStates(part, last.get());
    }

    /// The last states of a text network.
    static Optional<Port> last(OnnxFile header) {
        Port named = header.output("last_hidden_state");
        return named != null ? Optional.of(named) : header.outputs().stream().filter(port -> port.rank() == 3).findFirst();
    }

    private String checkedStates(ModelPart part, Port port) {
        if (port.rank() != 3 || !port.type().isFloating()) {
            problems.add(new Problem(part.where(), "hidden states, float[batch,sequence,width]", port.toString(), "Export the text encoder again"));
        }
        return port.name();
    }

    /// Where the files of a tokenizer lie: in a folder of their own or, for the first one, beside the parts of the model.
    static Path tokenizer(Path folder, String name, TokenizerKind kind) {
        boolean apart = Files.isDirectory(folder.resolve(name)) || !name.equals(FIRST) || kind.files().stream().anyMatch(file -> !Files.isRegularFile(folder.resolve(file)));
        return apart ? folder.resolve(name) : folder;
    }

    private void checkTokenizer(TextSlot slot) {
        Path place = tokenizer(folder, slot.tokenizer(), slot.kind());
        List<String> missing = slot.kind().files().stream().filter(file -> !Files.isRegularFile(place.resolve(file))).toList();
        if (missing.isEmpty()) {
            return;
        }
        String alternative = slot.kind() == TokenizerKind.CLIP ? " (or the vocab.txt of a WordPiece tokenizer)" : "";
        boolean pieces = Files.isRegularFile(folder.resolve(slot.tokenizer()).resolve("spiece.model"));
        problems.add(new Problem(slot.tokenizer(), String.join(" and ", slot.kind().files()) + alternative, "no " + String.join(" and no ", missing) + (pieces ? ", only a spiece.model" : ""),
                pieces ? "Save the tokenizer again as a fast one, which writes that file" : "Copy the tokenizer folder of the model too"));
    }

    private int context(TextSlot slot, List<Port> ids, @Nullable DenoiserPorts denoiser, int rowsAbove) {
        if (!ids.isEmpty() && ids.getFirst().fixed(1) > 2) {
            return (int) ids.getFirst().fixed(1);
        }
        Port taken = denoiser == null ? null : denoiser.port(Meaning.TEXT_STATES);
        if (slot.below() && taken != null && taken.fixed(1) > rowsAbove + 2) {
            return (int) taken.fixed(1) - rowsAbove;
        }
        if (slot.context() > 0) {
            return slot.context();
        }
        Path place = tokenizer(folder, slot.tokenizer(), slot.kind()).resolve("tokenizer_config.json");
        String file = folder.relativize(place).toString();
        double context = JsonFile.read(place, file, problems).number("model_max_length").orElse((double) CLIP_CONTEXT);
        if (context < 3 || context > 512) {
            problems.add(new Problem(file, "model_max_length from 3 to 512", String.valueOf(context), "Correct the file or download it again"));
        }
        return (int) Math.clamp(context, 3, 512);
    }

    /// The layout of the states of `texts`, from the networks of `slots`.
    static TextLayout layout(List<TextSlot> slots, List<TextPart> texts, DenoiserPorts denoiser, boolean noneIsZero, boolean hidesPads) {
        Port taken = denoiser.port(Meaning.TEXT_STATES);
        int width = taken == null ? 0 : (int) Math.max(0, taken.fixed(2));
        Optional<TextSlot> left = slots.stream().filter(slot -> slot.below() && texts.stream().noneMatch(text -> text.part().role().equals(slot.encoder()))).findFirst();
        if (left.isEmpty()) {
            return new TextLayout(noneIsZero, hidesPads, 0, texts.stream().anyMatch(TextPart::below) ? width : 0, denoiser.takesRating());
        }
        int above = texts.stream().filter(text -> !text.states().isEmpty()).mapToInt(TextPart::context).findFirst().orElse(0);
        long rows = taken == null ? -1 : taken.fixed(1) - above;
        return new TextLayout(noneIsZero, hidesPads, rows > 0 ? (int) rows : left.get().context(), width, denoiser.takesRating());
    }

    /// Whether the denoiser takes what the text networks give.
    void checkConditioning(Denoising denoiser, List<TextPart> texts) {
        DenoiserPorts ports = denoiser.ports();
        Port states = ports.port(Meaning.TEXT_STATES);
        if (states == null) {
            problems.add(new Problem(denoiser.part().where(), "an input encoder_hidden_states",
                    list(ports.others().stream().map(DenoiserPorts.Other::port).toList()),
                    "This kind of model is not supported"));
            return;
        }
        long given = width(texts);
        boolean filled = texts.stream().noneMatch(TextPart::below) && texts.stream().anyMatch(text -> !text.pooled().isEmpty()) && ports.port(Meaning.SIZES) == null;
        if (given > 0 && states.fixed(2) > 0 && (filled ? given > states.fixed(2) : given != states.fixed(2))) {
            problems.add(new Problem(texts.getLast().part().where(),
                    "hidden states of width " + states.fixed(2) + ", which " + denoiser.part().where() + " takes", "width " + given,
                    "The parts belong to different models; copy one model completely"));
        }
        Port pooled = ports.port(Meaning.POOLED_TEXT);
        List<TextPart> pooling = texts.stream().filter(text -> !text.pooled().isEmpty()).toList();
        List<Long> widths = pooling.stream().map(text -> width(text.part(), text.pooled())).toList();
        long width = widths.stream().mapToLong(Long::longValue).sum();
        if (pooled != null && pooled.fixed(1) > 0 && !widths.isEmpty() && !widths.contains(-1L) && pooled.fixed(1) != width) {
            problems.add(new Problem(pooling.getLast().part().where(), pooling.getLast().pooled() + " of width " + pooled.fixed(1) + (widths.size() > 1 ? " together" : ""), "width " + width,
                    "The parts belong to different models; copy one model completely"));
        }
    }

    /// Width of the joined states; -1 if unknown.
    static long width(List<TextPart> texts) {
        List<TextPart> used = texts.stream().filter(text -> !text.states().isEmpty()).toList();
        List<Long> beside = used.stream().filter(text -> !text.below()).map(text -> width(text.part(), text.states())).toList();
        List<Long> below = used.stream().filter(TextPart::below).map(text -> width(text.part(), text.states())).toList();
        boolean unknown = used.isEmpty() || beside.contains(-1L) || below.contains(-1L);
        return unknown ? -1 : Math.max(beside.stream().mapToLong(Long::longValue).sum(), below.stream().mapToLong(Long::longValue).max().orElse(0));
    }

    private static long width(ModelPart part, String output) {
        Port port = part.header().output(output);
        return port == null ? -1 : port.fixed(port.rank() - 1);
    }

    private boolean isThere(String slot) {
        return manifest.files().containsKey(slot) || Files.isDirectory(folder.resolve(slot));
    }

    private static String list(List<Port> ports) {
        return ports.isEmpty() ? "none" : String.join(", ", ports.stream().map(Port::toString).toList());
    }
}
