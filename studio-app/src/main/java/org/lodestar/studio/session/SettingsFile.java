package org.lodestar.studio.session;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.Lent;
import org.lodestar.engine.pack.ModelChoice;
import org.lodestar.engine.record.AtomicFile;
import org.lodestar.studio.theme.Theme;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Settings as JSON in the user's configuration folder. A file that is missing or damaged gives the initial settings; writing replaces the file in one move.
///
/// @param file where they lie
public record SettingsFile(Path file) {
    private static final Logger LOG = System.getLogger(SettingsFile.class.getName());
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /// The settings in the file; what cannot be read is taken from `initial`.
    public Settings load(Settings initial) {
        if (!Files.isRegularFile(file)) {
            return initial;
        }
        try {
            JsonNode tree = JSON.readTree(Files.readString(file));
            return new Settings(
                    choice(tree, "theme", Theme.class, initial.theme()),
                    folder(tree, "outputFolder", initial.outputFolder()),
                    folder(tree, "wildcardFolder", initial.wildcardFolder()),
                    device(tree, initial.device()),
                    folders(tree, initial.modelFolders()),
                    model(tree, initial.model()),
                    choice(tree, "previews", PreviewStyle.class, initial.previews()));
        } catch (IOException | JacksonException e) {
            LOG.log(Level.WARNING, "settings in " + file + " cannot be read, the initial ones are used", e);
            return initial;
        }
    }

    /// Writes all of `settings`, or leaves the file as it was.
    ///
    /// @throws EngineException.OutputFailure if they cannot be written
    public void save(Settings settings) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("theme", word(settings.theme()));
        tree.put("outputFolder", settings.outputFolder().toString());
        tree.put("wildcardFolder", settings.wildcardFolder().toString());
        tree.put("device", settings.device().text());
        tree.put("modelFolders", settings.modelFolders().stream().map(Path::toString).toList());
        tree.put("model", settings.model().model());
        tree.put("lent", settings.model().lent().stream().collect(Collectors.toMap(net -> Lent.id(net.role()), Lent::model)));
        tree.put("previews", word(settings.previews()));
        byte[] json = (JSON.writerWithDefaultPrettyPrinter().writeValueAsString(tree) + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            Files.createDirectories(Objects.requireNonNullElse(file.toAbsolutePath().getParent(), file));
        } catch (IOException e) {
            throw new EngineException.OutputFailure(
                    "Settings: expected a folder that can be made, found " + file.getParent() + " (" + e.getMessage() + "). Check who may write there.", e);
        }
        AtomicFile.replace(file, json);
    }

    private static <E extends Enum<E>> E choice(JsonNode tree, String name, Class<E> type, E fallback) {
        String written = tree.path(name).asString("");
        for (E value : type.getEnumConstants()) {
            if (word(value).equals(written)) {
                return value;
            }
        }
        return fallback;
    }

    private static DeviceWish device(JsonNode tree, DeviceWish fallback) {
        String written = tree.path("device").asString("");
        if (written.isBlank()) {
            return fallback;
        }
        try {
            return DeviceWish.of(written);
        } catch (EngineException.InvalidInput e) {
            LOG.log(Level.WARNING, "the device in the settings cannot be read, the initial one is used: " + e.getMessage());
            return fallback;
        }
    }

    private static String text(JsonNode tree, String name, String fallback) {
        String written = tree.path(name).isString() ? tree.path(name).asString() : "";
        return written.isBlank() ? fallback : written;
    }

    /// The model and its lenders; lenders belong to a model, so without one there are none.
    private static ModelChoice model(JsonNode tree, ModelChoice fallback) {
        String written = text(tree, "model", "");
        ModelChoice choice = written.isBlank() ? fallback : ModelChoice.of(written);
        for (Branch.Net role : written.isBlank() ? List.<Branch.Net>of() : Lent.ROLES) {
            String lender = text(tree.path("lent"), Lent.id(role), "");
            choice = lender.isBlank() ? choice : choice.borrowing(Lent.by(lender, role));
        }
        return choice;
    }

    private static Path folder(JsonNode tree, String name, Path fallback) {
        JsonNode node = tree.path(name);
        String written = node.isString() ? node.asString() : "";
        try {
            return written.isBlank() ? fallback : Path.of(written);
        } catch (InvalidPathException e) {
            return fallback;
        }
    }

    private static List<Path> folders(JsonNode tree, List<Path> fallback) {
        JsonNode node = tree.path("modelFolders");
        try {
            return node.isArray() ? node.valueStream().map(JsonNode::asString).map(Path::of).toList() : fallback;
        } catch (InvalidPathException | JacksonException e) {
            LOG.log(Level.WARNING, "the model folders in the settings cannot be read, the initial ones are used", e);
            return fallback;
        }
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
