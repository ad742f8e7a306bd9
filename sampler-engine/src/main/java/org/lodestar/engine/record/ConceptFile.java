package org.lodestar.engine.record;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lodestar.engine.concept.Concept;
import org.lodestar.engine.concept.ConceptList;
import org.lodestar.engine.fault.EngineException;

/// A concept list as a file.
///
/// ```json
/// {"concepts": [{"name": "apple", "synonyms": ["granny smith"], "replacement": "a pear"}],
///  "meant": ["a round fruit that keeps the doctor away"], "harmless": ["a red car"]}
/// ```
///
/// @param concepts the list
/// @param meant    prompts that mean one of the concepts without naming it, to choose a threshold by
/// @param harmless prompts that mean none of them, to choose a threshold by
public record ConceptFile(ConceptList concepts, List<String> meant, List<String> harmless) {
    public ConceptFile {
        meant = List.copyOf(meant);
        harmless = List.copyOf(harmless);
    }

    /// Reads a file.
    ///
    /// @throws EngineException.InvalidInput with everything wrong with it
    public static ConceptFile read(Path file) {
        try {
            return parse("concept list " + file.getFileName(), Files.readString(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new EngineException.InvalidInput(
                    "concept list", "a file that can be read", file + " (" + e.getClass().getSimpleName() + ")", "Check its name and its permissions");
        }
    }

    /// The list in a JSON text.
    ///
    /// @param where what the text is, for messages
    /// @throws EngineException.InvalidInput with everything wrong with it
    public static ConceptFile parse(String where, String json) {
        Fields fields = Fields.of(where, json);
        List<Concept> concepts = new ArrayList<>();
        for (Fields entry : fields.objects("concepts")) {
            concepts.add(new Concept(entry.text("name").strip(), texts(entry, "synonyms"), entry.text("replacement").strip()));
            entry.rejectUnknown();
        }
        List<String> meant = texts(fields, "meant");
        List<String> harmless = texts(fields, "harmless");
        fields.rejectUnknown();
        fields.finish();
        return new ConceptFile(new ConceptList(concepts), meant, harmless);
    }

    /// Stripped texts; none where the field is not there.
    private static List<String> texts(Fields fields, String name) {
        return fields.has(name) ? fields.texts(name).stream().map(String::strip).toList() : List.of();
    }
}
