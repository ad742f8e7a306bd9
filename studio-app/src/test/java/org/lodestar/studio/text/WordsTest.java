package org.lodestar.studio.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.lodestar.engine.parameter.Descriptor;

class WordsTest {
    private static final Pattern USE = Pattern.compile("Words\\s*\\.of\\(\\s*\"([\\w.]+)\"(\\s*[,)])");
    private static final Path SOURCES = Path.of(System.getProperty("lodestar.root"), "studio-app", "src", "main", "java");

    @Test
    void everyKeyInTheSourcesHasWords() throws IOException {
        Set<String> known = keys();
        Set<String> used = new TreeSet<>();
        try (var files = Files.walk(SOURCES)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                Matcher matcher = USE.matcher(Files.readString(file));
                while (matcher.find()) {
                    used.add(matcher.group(1));
                }
            }
        }
        assertThat(used).hasSizeGreaterThan(40);
        assertThat(known).containsAll(used);
    }

    @Test
    void everyFidelityHasWords() throws IOException {
        assertThat(keys()).containsAll(Arrays.stream(Descriptor.Fidelity.values()).map(fidelity -> "fidelity." + fidelity).toList());
    }

    @Test
    void argumentsAreFilledInAsTheyAre() {
        assertThat(Words.of("status.step", 1000, 2000)).isEqualTo("Step 1000 of 2000");
    }

    private static Set<String> keys() throws IOException {
        Properties words = new Properties();
        try (Reader reader =
                new InputStreamReader(Objects.requireNonNull(Words.class.getResourceAsStream("words.properties")), StandardCharsets.UTF_8)) {
            words.load(reader);
        }
        List<String> empty = words.stringPropertyNames().stream().filter(key -> words.getProperty(key).isBlank()).toList();
        assertThat(empty).isEmpty();
        return words.stringPropertyNames().stream().collect(Collectors.toCollection(TreeSet::new));
    }
}
