package org.lodestar.engine.pack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.lodestar.engine.fault.Problem;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A configuration file of a model folder. Everything in it is optional.
final class JsonFile {
    private static final long MAX_BYTES = 1 << 20;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final JsonNode root;

    private JsonFile(JsonNode root) {
        this.root = root;
    }

    /// An empty configuration.
    static JsonFile empty() {
        return new JsonFile(MAPPER.createObjectNode());
    }

    /// Reads `file`; [#empty] if it does not exist, and also, with a problem, if it is not a JSON object.
    static JsonFile read(Path file, String where, List<Problem> problems) {
        if (!Files.isRegularFile(file)) {
            return empty();
        }
        try {
            long bytes = Files.size(file);
            if (bytes > MAX_BYTES) {
                problems.add(new Problem(where, "a configuration of at most " + MAX_BYTES + " bytes", bytes + " bytes", "Download this file again"));
                return empty();
            }
            JsonNode root = MAPPER.readTree(Files.readAllBytes(file));
            if (root.isObject()) {
                return new JsonFile(root);
            }
            problems.add(new Problem(where, "a JSON object", "something else", "Download this file again"));
        } catch (JacksonException e) {
            problems.add(new Problem(where, "a JSON file", "an error at " + place(e), "Download this file again"));
        } catch (IOException e) {
            problems.add(new Problem(where, "a readable file", String.valueOf(e.getMessage()), "Check the permissions of the folder"));
        }
        return empty();
    }

    /// The whole object.
    JsonNode root() {
        return root;
    }

    /// The same for keys that must be right.
    CheckedJson checked(String where, List<Problem> problems) {
        return new CheckedJson(root, where, problems);
    }

    private static String place(JacksonException e) {
        return e.getLocation() == null ? "an unknown place" : "line " + e.getLocation().getLineNr() + ", column " + e.getLocation().getColumnNr();
    }

    Optional<String> text(String key) {
        JsonNode value = root.path(key);
        return value.isString() ? Optional.of(value.asString()) : Optional.empty();
    }

    Optional<Double> number(String key) {
        JsonNode value = root.path(key);
        return value.isNumber() ? Optional.of(value.asDouble()) : Optional.empty();
    }

    Optional<Boolean> flag(String key) {
        JsonNode value = root.path(key);
        return value.isBoolean() ? Optional.of(value.asBoolean()) : Optional.empty();
    }

    /// Entries of a list, 0 if it is none.
    int length(String key) {
        JsonNode value = root.path(key);
        return value.isArray() ? value.size() : 0;
    }
}
