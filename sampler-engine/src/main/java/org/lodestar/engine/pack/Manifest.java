package org.lodestar.engine.pack;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lodestar.engine.calibration.Calibration;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.parameter.Term;

/// What `lodestar.json` at the root of a model folder says beyond what the folder shows; all of it optional.
///
/// ```json
/// {"files": {"unet": "unet/model_fp16.onnx"}, "defaults": {"steps": 20, "policy": "apg", "policies": ["apg(w=6)"]}, "calibrations": []}
/// ```
///
/// @param files    ONNX file by slot, as a path inside the folder with `/`; slots that are not named have `SLOT/model.onnx`
/// @param defaults what a new run starts from
/// @param calibrations numbers of policies that were measured on this model, shipped with it
public record Manifest(Map<String, String> files, Wishes defaults, List<Calibration> calibrations) {

    /// Its name in the folder.
    public static final String FILE = "lodestar.json";

    /// What can lie in a model folder beside the nets of [Branch.Net].
    private static final List<String> SLOTS = List.of(
            "text_encoder", "text_encoder_2", "text_encoder_3", "vae_decoder", "vae_encoder", Companions.CLASSIFIER, Companions.GRADIENT, Companions.SCORER, Companions.SCORER_TEXT,
            Companions.PREVIEW_DECODER);

    /// What a new run starts from, as far as the manifest says; texts are well-formed text forms.
    ///
    /// @param policies settings that suit the model, at most one per policy
    public record Wishes(
            Optional<Integer> width, Optional<Integer> height, Optional<Integer> steps, Optional<String> sampler, Optional<String> spacing, Optional<String> policy,
            List<Term> policies) {
        /// Says nothing.
        public static final Wishes NONE =
                new Wishes(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), List.of());

        public Wishes {
            policies = List.copyOf(policies);
        }
    }

    /// Says nothing.
    public static final Manifest NONE = new Manifest(Map.of(), Wishes.NONE, List.of());

    public Manifest {
        files = Map.copyOf(files);
        calibrations = List.copyOf(calibrations);
    }

    /// The ONNX file of a slot, relative to the folder.
    public String file(String slot) {
        return files.getOrDefault(slot, slot + "/model.onnx");
    }

    /// The slot of a net of a model whose denoiser is a transformer: `transformer`, `weak/transformer`, ...
    static String transformer(Branch.Net net) {
        return net.folder().replace("unet", Transformer.SLOT);
    }

    /// A file beside the ONNX file of a slot, relative to the folder.
    String beside(String slot, String name) {
        String file = file(slot);
        return file.substring(0, file.lastIndexOf('/') + 1) + name;
    }

    /// Reads the manifest of the model at `root`; [#NONE] without one. What is wrong in it is left out and told in `problems`.
    static Manifest read(Path root, List<Problem> problems) {
        CheckedJson json = JsonFile.read(root.resolve(FILE), FILE, problems).checked(FILE, problems).knows("files", "defaults", "calibrations");
        return new Manifest(files(root, json.object("files")), defaults(json.object("defaults")), json.objects("calibrations").stream().flatMap(entry -> calibration(entry).stream()).toList());
    }

    private static Map<String, String> files(Path root, CheckedJson json) {
        List<String> slots = new ArrayList<>(SLOTS);
        for (Branch.Net net : Branch.Net.values()) {
            if (!net.folder().isEmpty()) {
                slots.add(net.folder());
                slots.add(transformer(net));
            }
        }
        json.knows(slots.toArray(String[]::new));
        Map<String, String> files = new LinkedHashMap<>();
        for (String slot : json.keys()) {
            json.text(slot).filter(path -> slots.contains(slot)).ifPresent(path -> {
                if (path.contains("\\") || ModelPart.plainPath(root.toAbsolutePath().normalize(), path) == null) {
                    json.problems().add(new Problem(json.where() + " " + slot, "a path inside the model folder, with /", path, "Do not use this file: it reaches outside its folder"));
                } else {
                    files.put(slot, path);
                }
            });
        }
        return files;
    }

    private static Wishes defaults(CheckedJson json) {
        json.knows("width", "height", "steps", "sampler", "spacing", "policy", "policies");
        return new Wishes(
                json.whole("width", 8, 8192),
                json.whole("height", 8, 8192),
                json.whole("steps", 1, 1000),
                term(json, "sampler"),
                term(json, "spacing"),
                term(json, "policy"),
                suited(json));
    }

    private static List<Term> suited(CheckedJson json) {
        Map<String, Term> suited = new LinkedHashMap<>();
        for (String text : json.texts("policies")) {
            try {
                Term term = Term.parse(text);
                if (suited.putIfAbsent(term.id(), term) != null) {
                    json.problems().add(new Problem(json.where() + " policies", "each policy once", term.id() + " twice", "Keep one of the two"));
                }
            } catch (EngineException.InvalidInput e) {
                json.problems().add(new Problem(json.where() + " policies", "the text form of one policy", text, "Write it as on the command line"));
            }
        }
        return List.copyOf(suited.values());
    }

    private static Optional<String> term(CheckedJson json, String key) {
        return json.text(key).filter(text -> {
            try {
                return key.equals("policy") ? !Term.parseStack(text).isEmpty() : !Term.parse(text).id().isEmpty();
            } catch (EngineException.InvalidInput e) {
                json.problems().add(new Problem(json.where() + " " + key, "the text form of a " + key, text, "Write it as on the command line"));
                return false;
            }
        });
    }

    private static Optional<Calibration> calibration(CheckedJson json) {
        json.knows("key", "about", "policy");
        try {
            return Optional.of(Calibration.read(json.text("key").orElse(""), json.text("about").orElse(""), json.text("policy").orElse("")));
        } catch (EngineException.InvalidInput e) {
            e.problems().forEach(problem -> json.problems().add(new Problem(json.where() + ", " + problem.where(), problem.expected(), problem.found(), "Calibrate again, or leave it out")));
            return Optional.empty();
        }
    }
}
