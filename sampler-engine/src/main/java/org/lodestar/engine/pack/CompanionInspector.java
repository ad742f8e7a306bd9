package org.lodestar.engine.pack;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.pack.Companions.Gradient;
import org.lodestar.engine.pack.Companions.Scorer;
import org.lodestar.engine.pack.Companions.Sight;
import org.lodestar.engine.pack.Companions.TextSide;
import org.lodestar.engine.pack.Companions.Viewer;
import org.lodestar.engine.pack.OnnxFile.Port;

/// Finds the companions of a model that look at pictures, and checks that they fit the model and each other. The layout is written down in docs/companions.md.
final class CompanionInspector {
    private static final int MAX_LABELS = 10_000;
    private static final long MAX_BYTES = 1 << 20;
    private static final int LARGEST_SIDE = 4096;

    private final Path folder;
    private final Manifest manifest;
    private final Function<String, Optional<ModelPart>> reader;
    private final List<Problem> problems;
    private final List<Path> files = new ArrayList<>();

    /// @param reader the network of a slot, checked as such
    CompanionInspector(Path folder, Manifest manifest, Function<String, Optional<ModelPart>> reader, List<Problem> problems) {
        this.folder = folder;
        this.manifest = manifest;
        this.reader = reader;
        this.problems = problems;
    }

    /// @param latents   what the denoiser is fed
    /// @param textWidth of the text states; -1 if unknown
    Companions inspect(Port latents, long textWidth) {
        Optional<List<String>> classes = labels(Companions.CLASSIFIER);
        Optional<Viewer> classifier = part(Companions.CLASSIFIER).flatMap(part -> classifier(part, latents, classes));
        Optional<List<String>> directions = labels(Companions.GRADIENT);
        Optional<Gradient> gradient = part(Companions.GRADIENT).flatMap(part -> gradient(part, latents, classes, directions));
        Optional<Scorer> scorer = part(Companions.SCORER).flatMap(part -> scorer(part, latents, textWidth));
        Optional<ModelPart> preview = part(Companions.PREVIEW_DECODER).filter(part -> isDecoder(part, latents));
        return new Companions(classes.or(() -> directions).orElse(List.of()), classifier, gradient, scorer, preview, files);
    }

    private Optional<ModelPart> part(String slot) {
        return isThere(slot) ? reader.apply(slot) : Optional.empty();
    }

    private boolean isThere(String slot) {
        return manifest.files().containsKey(slot) || Files.isDirectory(folder.resolve(slot));
    }

    private Optional<Viewer> classifier(ModelPart part, Port latents, Optional<List<String>> labels) {
        Optional<Viewer> viewer = viewer(part, "logits", latents, config(Companions.CLASSIFIER).knows("input", "size", "range", "mean", "std"));
        String where = manifest.beside(Companions.CLASSIFIER, "labels.txt");
        if (labels.isEmpty()) {
            problems.add(new Problem(where, "the names of what the classifier tells apart, one a line", "nothing", "Write the file, in the order of the logits"));
            return Optional.empty();
        }
        return viewer.filter(found -> {
            long logits = found.output().fixed(1);
            int named = labels.get().size();
            if (logits < 0 || logits == named) {
                return true;
            }
            if (named > 0) {
                problems.add(new Problem(where, logits + " labels, one for each logit of " + part.where(), String.valueOf(named), "Use the labels that belong to this classifier"));
            }
            return false;
        });
    }

    private Optional<Gradient> gradient(ModelPart part, Port latents, Optional<List<String>> classes, Optional<List<String>> own) {
        List<Port> inputs = part.header().inputs();
        List<Port> planes = inputs.stream().filter(port -> port.type().isFloating() && port.rank() == 4).toList();
        List<Port> indices = inputs.stream()
                .filter(port -> (port.type() == TensorType.INT64 || port.type() == TensorType.INT32) && port.rank() <= 1)
                .toList();
        Optional<Port> output = output(part, "gradient", 4);
        if (planes.size() != 1 || indices.size() != 1 || inputs.size() != 2) {
            problems.add(new Problem(part.where(), "latents, float[batch,channels,height,width], and a label, int64[batch], as inputs", ports(inputs), "Export it again"));
            return Optional.empty();
        }
        int before = problems.size();
        checkLatents(part, planes.getFirst(), latents);
        output.ifPresent(port -> checkLatents(part, port, latents));
        String where = manifest.beside(Companions.GRADIENT, "labels.txt");
        if (classes.isEmpty() && own.isEmpty()) {
            problems.add(new Problem(where, "the names of what the gradient knows, one a line", "nothing", "Write the file, in the order of its label index"));
        } else if (classes.isPresent() && own.isPresent() && !classes.equals(own)) {
            problems.add(new Problem(where, "the labels of " + manifest.beside(Companions.CLASSIFIER, "labels.txt"), "others", "Use a gradient of the same classifier"));
        }
        return problems.size() > before ? Optional.empty() : output.map(port -> new Gradient(part, planes.getFirst(), indices.getFirst(), port));
    }

    private Optional<Scorer> scorer(ModelPart part, Port latents, long textWidth) {
        CheckedJson config = config(Companions.SCORER).knows("text_mean", "input", "size", "range", "mean", "std");
        List<Double> mean = config.numbers("text_mean", 0).orElse(List.of());
        Optional<Viewer> viewer = viewer(part, "embedding", latents, config);
        boolean ownText = isThere(Companions.SCORER_TEXT);
        Optional<TextSide> text = part(Companions.SCORER_TEXT).flatMap(this::textSide);
        if (viewer.isEmpty() || (ownText && text.isEmpty())) {
            return Optional.empty();
        }
        long width = viewer.get().output().fixed(1);
        long other = text.map(side -> side.output().fixed(1)).orElse(textWidth);
        String otherName = text.map(side -> side.part().where()).orElse("the text encoder");
        if (width > 0 && other > 0 && width != other) {
            problems.add(new Problem(part.where(), "an embedding of width " + other + " as " + otherName + " has", "width " + width, "Use parts of the same scorer"));
            return Optional.empty();
        }
        if (!mean.isEmpty() && (text.isPresent() || (other > 0 && mean.size() != other))) {
            problems.add(new Problem(config.where() + " text_mean", text.isPresent() ? "no text_mean beside " + otherName : other + " numbers", mean.size() + " numbers",
                    "Correct the value or leave it out"));
            return Optional.empty();
        }
        return Optional.of(new Scorer(viewer.get(), text, mean));
    }

    private Optional<TextSide> textSide(ModelPart part) {
        List<Port> inputs = part.header().inputs();
        boolean fits = inputs.size() == 1 && inputs.getFirst().rank() == 2 && (inputs.getFirst().type() == TensorType.INT64 || inputs.getFirst().type() == TensorType.INT32);
        if (!fits) {
            problems.add(new Problem(part.where(), "one input of token ids, int64[batch,sequence]", ports(inputs), "Export it again"));
            return Optional.empty();
        }
        return output(part, "embedding", 2).map(output -> new TextSide(part, inputs.getFirst(), output));
    }

    /// A network that is shown one picture and answers with a row of numbers.
    private Optional<Viewer> viewer(ModelPart part, String outputName, Port latents, CheckedJson config) {
        List<Port> inputs = part.header().inputs();
        Optional<Port> output = output(part, outputName, 2);
        if (inputs.size() != 1 || inputs.getFirst().rank() != 4 || !inputs.getFirst().type().isFloating()) {
            problems.add(new Problem(part.where(), "one input, float[batch,channels,height,width]", ports(inputs), "Export it again"));
            return Optional.empty();
        }
        Port input = inputs.getFirst();
        return sight(part, input, latents, config).flatMap(sight -> output.map(port -> new Viewer(part, input, port, sight)));
    }

    private Optional<Sight> sight(ModelPart part, Port input, Port latents, CheckedJson config) {
        int before = problems.size();
        boolean ambiguous = latents.fixed(1) == 3 && input.fixed(1) == 3;
        String looksAt = config.text("input").orElse(input.fixed(1) == latents.fixed(1) ? "latent" : "image");
        boolean pictures = looksAt.equals("image");
        if (!pictures && !looksAt.equals("latent")) {
            problems.add(new Problem(config.where() + " input", "latent or image", looksAt, "Correct the value or leave it out"));
            return Optional.empty();
        }
        if (ambiguous && config.text("input").isEmpty()) {
            problems.add(new Problem(config.where() + " input", "latent or image, since both have three channels here", "nothing", "Write what it looks at"));
        }
        if (pictures) {
            checkPictures(part, input);
        } else {
            checkLatents(part, input, latents);
            if (List.of("size", "range", "mean", "std").stream().anyMatch(config.keys()::contains)) {
                problems.add(new Problem(config.where(), "size, range, mean and std only for what looks at pictures", "one that looks at latents", "Leave them out"));
            }
            return problems.size() > before ? Optional.empty() : Optional.of(new Sight.OfLatents());
        }
        int size = config.whole("size", 1, LARGEST_SIDE).orElse(0);
        int height = side(part, input, 2, size);
        int width = side(part, input, 3, size);
        List<Double> range = config.numbers("range", 2).orElse(List.of(0.0, 1.0));
        List<Double> mean = config.numbers("mean", 3).orElse(List.of(0.0, 0.0, 0.0));
        List<Double> std = config.numbers("std", 3).orElse(List.of(1.0, 1.0, 1.0));
        if (std.stream().anyMatch(deviation -> deviation <= 0)) {
            problems.add(new Problem(config.where() + " std", "numbers above 0", std.toString(), "Correct the value or leave it out"));
        }
        return problems.size() > before
                ? Optional.empty()
                : Optional.of(new Sight.OfPictures(width, height, range.getFirst(), range.getLast(), mean, std));
    }

    private int side(ModelPart part, Port input, int axis, int wanted) {
        long fixed = input.fixed(axis);
        if (fixed > LARGEST_SIDE || (fixed > 0 && wanted > 0 && fixed != wanted)) {
            problems.add(new Problem(part.where(), wanted > 0 ? "pictures of side " + wanted : "pictures of at most " + LARGEST_SIDE + " pixels", input.toString(),
                    "Correct the size in config.json or export it again"));
        }
        return fixed > 0 ? Math.toIntExact(Math.min(fixed, LARGEST_SIDE)) : wanted;
    }

    private boolean isDecoder(ModelPart part, Port latents) {
        List<Port> inputs = part.header().inputs();
        List<Port> outputs = part.header().outputs();
        if (inputs.size() != 1 || outputs.size() != 1 || !isPlanes(inputs.getFirst()) || !isPlanes(outputs.getFirst())) {
            problems.add(new Problem(part.where(), "a decoder from latents to pictures, both float[batch,channels,height,width]", ports(inputs) + " to " + ports(outputs),
                    "Export it again"));
            return false;
        }
        int before = problems.size();
        checkLatents(part, inputs.getFirst(), latents);
        checkPictures(part, outputs.getFirst());
        return problems.size() == before;
    }

    private static boolean isPlanes(Port port) {
        return port.rank() == 4 && port.type().isFloating();
    }

    /// The output of that name, or the only one.
    private Optional<Port> output(ModelPart part, String name, int rank) {
        List<Port> outputs = part.header().outputs();
        Port named = part.header().output(name);
        Port found = named == null && outputs.size() == 1 ? outputs.getFirst() : named;
        if (found == null || found.rank() != rank || !found.type().isFloating()) {
            String shape = rank == 4 ? "[batch,channels,height,width]" : "[batch,width]";
            problems.add(new Problem(part.where(), "an output " + name + ", float" + shape, ports(outputs), "Export it again"));
            return Optional.empty();
        }
        return Optional.of(found);
    }

    /// A companion must take whatever latents the denoiser takes.
    private void checkLatents(ModelPart part, Port port, Port latents) {
        boolean fits = port.fixed(0) <= 1 && agree(port.fixed(1), latents.fixed(1)) && holds(port.fixed(2), latents.fixed(2)) && holds(port.fixed(3), latents.fixed(3));
        if (!fits) {
            problems.add(new Problem(part.where(), "one set of latents as the denoiser's (" + latents + ")", port.toString(), "Use a companion of this model, or export it again"));
        }
    }

    private static boolean agree(long one, long other) {
        return one < 0 || other < 0 || one == other;
    }

    private static boolean holds(long side, long wanted) {
        return side < 0 || side == wanted;
    }

    private void checkPictures(ModelPart part, Port port) {
        if (port.fixed(0) > 1 || !agree(port.fixed(1), 3)) {
            problems.add(new Problem(part.where(), "one picture of 3 channels, or latents of the model's channels", port.toString(), "Use a companion of this model, or export it again"));
        }
    }

    private CheckedJson config(String slot) {
        String where = manifest.beside(slot, "config.json");
        Path file = folder.resolve(where);
        if (Files.isRegularFile(file)) {
            files.add(file);
        }
        return JsonFile.read(file, where, problems).checked(where, problems);
    }

    /// The labels beside a network; nothing if there is no such file, none, with a problem, if they cannot be used.
    private Optional<List<String>> labels(String slot) {
        String where = manifest.beside(slot, "labels.txt");
        Path file = folder.resolve(where);
        if (!isThere(slot) || !Files.isRegularFile(file)) {
            return Optional.empty();
        }
        files.add(file);
        try {
            if (Files.size(file) > MAX_BYTES) {
                problems.add(new Problem(where, "labels of at most " + MAX_BYTES + " bytes", Files.size(file) + " bytes", "Use the labels that belong to this classifier"));
                return Optional.of(List.of());
            }
            return Optional.of(labels(where, Files.readString(file, StandardCharsets.UTF_8).stripTrailing().lines().map(String::strip).toList()));
        } catch (CharacterCodingException e) {
            problems.add(new Problem(where, "UTF-8 text", "other bytes", "Save the file as UTF-8"));
        } catch (IOException e) {
            problems.add(new Problem(where, "a readable file", String.valueOf(e.getMessage()), "Check the permissions of the folder"));
        }
        return Optional.of(List.of());
    }

    private List<String> labels(String where, List<String> lines) {
        Set<String> seen = new HashSet<>();
        int before = problems.size();
        if (lines.isEmpty() || lines.size() > MAX_LABELS) {
            problems.add(new Problem(where, "from 1 to " + MAX_LABELS + " labels", String.valueOf(lines.size()), "Use the labels that belong to this classifier"));
        }
        for (int i = 0; i < lines.size() && problems.size() == before; i++) {
            String line = lines.get(i);
            if (line.chars().noneMatch(Character::isLetterOrDigit)) {
                problems.add(new Problem(where, "a word in every line", "\"" + line + "\" in line " + (i + 1), "Name what the logit stands for"));
            } else if (!seen.add(line.toLowerCase(Locale.ROOT))) {
                problems.add(new Problem(where, "every label once", line + " again in line " + (i + 1), "Tell the two apart in words"));
            }
        }
        return problems.size() > before ? List.of() : lines;
    }

    private static String ports(List<Port> ports) {
        return ports.isEmpty() ? "none" : String.join(", ", ports.stream().map(Port::toString).toList());
    }
}
