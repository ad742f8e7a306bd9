package org.lodestar.engine.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.lodestar.engine.latent.Latents;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Golden values: the copies in the test resources, or those of the directory that the system property `lodestar.golden` names.
public final class Golden {
    private Golden() {}

    /// Whether the copies are used.
    public static boolean isDefault() {
        return directory().isEmpty();
    }

    /// The content of a JSON file.
    public static JsonNode json(String name) {
        try (InputStream in = isDefault()
                ? Objects.requireNonNull(Golden.class.getResourceAsStream("/golden/" + name), name)
                : Files.newInputStream(Path.of(directory(), name))) {
            return JsonMapper.shared().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The folder of one of the small models: the copy in the test resources, or that of the directory that `lodestar.golden.models` names.
    public static Path model(String name) {
        String directory = System.getProperty("lodestar.golden.models", "");
        if (!directory.isEmpty()) {
            return Path.of(directory, name);
        }
        try {
            return Path.of(Objects.requireNonNull(Golden.class.getResource("/golden/models/" + name), name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    public static List<Double> doubles(JsonNode array) {
        return array.values().stream().map(JsonNode::doubleValue).toList();
    }

    /// A flat array as a state of one row.
    public static Latents vector(JsonNode array) {
        List<Double> values = doubles(array);
        return Latents.zeros(1, 1, values.size()).like(values::get);
    }

    private static String directory() {
        return System.getProperty("lodestar.golden", "");
    }
}
