package org.lodestar.engine.record;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.prompt.DynamicPrompt;

/// Lists to draw from, as text files: `__places/cold__` in a prompt stands for a line of `places/cold.txt` in this folder. Empty lines and lines that begin with `#` do not count.
///
/// @param path where the files lie; it need not exist as long as no prompt names a list
public record WildcardFolder(Path path) {
    private static final long LARGEST = 1 << 20;

    /// The lists that `templates` name, and those that lines of these name.
    ///
    /// @throws EngineException.InvalidInput with every list that is missing, empty, too large or cannot be read
    public Map<String, List<String>> lists(List<String> templates) {
        Map<String, List<String>> lists = new LinkedHashMap<>();
        List<Problem> problems = new ArrayList<>();
        Deque<String> named = new ArrayDeque<>();
        templates.forEach(template -> named.addAll(DynamicPrompt.names(template)));
        while (!named.isEmpty()) {
            String name = named.remove();
            if (!lists.containsKey(name)) {
                List<String> lines = lines(name, problems);
                lists.put(name, lines);
                lines.forEach(line -> named.addAll(DynamicPrompt.names(line)));
            }
        }
        if (!problems.isEmpty()) {
            throw new EngineException.InvalidInput(problems);
        }
        return lists;
    }

    private List<String> lines(String name, List<Problem> problems) {
        String where = "wildcard __" + name + "__";
        Path file = path.resolve(name + ".txt").normalize();
        if (!file.startsWith(path.normalize()) || !Files.isRegularFile(file)) {
            problems.add(new Problem(where, "a file " + name + ".txt in " + path, "none", "Write one choice per line into it, or take __" + name + "__ out"));
            return List.of();
        }
        try {
            if (Files.size(file) > LARGEST) {
                problems.add(new Problem(where, "a list of at most 1 MiB", file.toString(), "Leave some lines out"));
                return List.of();
            }
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
            if (lines.isEmpty()) {
                problems.add(new Problem(where, "at least one line to draw", file + ", which has none", "Write one choice per line into it"));
            }
            return lines;
        } catch (IOException e) {
            problems.add(new Problem(where, "a text in UTF-8 that can be read", file + " (" + e.getClass().getSimpleName() + ")", "Check its encoding and its permissions"));
            return List.of();
        }
    }
}
