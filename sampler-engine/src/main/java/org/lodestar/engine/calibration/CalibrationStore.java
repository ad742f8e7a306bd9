package org.lodestar.engine.calibration;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.guidance.FitKey;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.record.AtomicFile;
import org.lodestar.engine.record.CanonicalJson;
import tools.jackson.databind.JsonNode;

/// The calibrations on this machine: one JSON file per model, named by its content hash, since model folders may be read-only and their content is what a calibration holds for.
///
/// @param folder made when something is kept
public record CalibrationStore(Path folder) {
    /// Policies whose numbers can be measured.
    public static final Set<String> POLICIES = Set.of("ag", "core2_affine", "linear_ag", "table");

    /// What is known of the model with that content hash, oldest first; nothing if nothing was kept.
    ///
    /// @throws EngineException.InvalidInput if the file is damaged
    public List<Calibration> of(String modelHash) {
        Path file = file(modelHash);
        if (!Files.isRegularFile(file)) {
            return List.of();
        }
        try {
            return CanonicalJson.parse(file.toString(), Files.readString(file)).path("calibrations").valueStream().map(CalibrationStore::calibration).toList();
        } catch (IOException e) {
            throw new EngineException.InvalidInput(
                    List.of(new Problem(file.toString(), "a file of calibrations", "one that cannot be read (" + e.getMessage() + ")", "Delete it and calibrate again")), e);
        }
    }

    /// Keeps `calibration` in place of an older one of the same kind for the same key.
    ///
    /// @throws EngineException.OutputFailure if it cannot be written
    public void keep(Calibration calibration) {
        List<Calibration> all = new ArrayList<>(of(calibration.key().model()).stream().filter(old -> !calibration.replaces(old)).toList());
        all.add(calibration);
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new EngineException.OutputFailure("The folder " + folder + " for calibrations cannot be made (" + e.getMessage() + ").", e);
        }
        Map<String, Object> json = Map.of("calibrations", all.stream().map(CalibrationStore::json).toList());
        AtomicFile.replace(file(calibration.key().model()), CanonicalJson.write(json).getBytes(StandardCharsets.UTF_8));
    }

    /// `stack` with the known numbers in those of its policies that can be calibrated; what is written in the stack and not measured stays. Numbers that were measured without the nets of other
    /// models that the stack asks, or with others, are not taken.
    ///
    /// @param key     what the run is
    /// @param shipped what came with the model; numbers that were measured here go before them
    /// @throws EngineException.InvalidInput if none of its policies can be calibrated, or nothing is known under this key, naming the keys that there are
    public List<Term> fill(List<Term> stack, FitKey key, List<Calibration> shipped) {
        if (stack.stream().noneMatch(term -> POLICIES.contains(term.id()))) {
            throw new EngineException.InvalidInput(
                    "--calibrated", "a policy with numbers to fill in: " + POLICIES.stream().sorted().collect(Collectors.joining(", ")), Term.text(stack),
                    "Write for example \"ag + cfg\", or leave --calibrated out");
        }
        List<Calibration> known = Stream.concat(shipped.stream(), of(key.model()).stream()).toList();
        return stack.stream().map(term -> POLICIES.contains(term.id()) ? filled(term, key, known) : term).toList();
    }

    private static Term filled(Term term, FitKey key, List<Calibration> known) {
        List<Calibration> fitting = known.stream().filter(calibration -> calibration.answers(term)).toList();
        Calibration found = fitting.stream()
                .filter(calibration -> isFor(key, calibration.key()))
                .reduce((_, newer) -> newer)
                .orElseThrow(() -> new EngineException.InvalidInput(
                        term.id(),
                        "a calibration for " + key,
                        fitting.isEmpty() ? "none for this model" : "only for " + fitting.stream().map(calibration -> calibration.key().text()).distinct().collect(Collectors.joining(" and for ")),
                        key.lent().isEmpty()
                                ? "Run lodestar calibrate --kind " + term.id() + " with these settings, or change the run"
                                : "Numbers are measured with CFG, which asks the model alone; write them yourself, or leave out what asks the other model"));
        Map<String, String> parameters = new LinkedHashMap<>(found.term().parameters());
        term.parameters().forEach(parameters::putIfAbsent);
        return new Term(term.id(), parameters);
    }

    /// A table sets the weight by itself, so that a run with one has none to compare.
    private static boolean isFor(FitKey run, FitKey measured) {
        return run.equals(Double.isNaN(run.w()) ? measured.withoutWeight() : measured);
    }

    private Path file(String modelHash) {
        String name = modelHash.length() > FitKey.HASH_DIGITS ? modelHash.substring(0, FitKey.HASH_DIGITS) : modelHash;
        return folder.resolve(name + ".json");
    }

    private static Map<String, Object> json(Calibration calibration) {
        return Map.of("key", calibration.key().text(), "about", calibration.about(), "policy", calibration.term().text());
    }

    private static Calibration calibration(JsonNode json) {
        return Calibration.read(json.path("key").asString(""), json.path("about").asString(""), json.path("policy").asString(""));
    }
}
