package org.lodestar.engine.concept;

import java.util.List;
import java.util.stream.Stream;

/// A subject that pictures should stay clear of.
///
/// @param name        what it is called
/// @param synonyms    what else it is called
/// @param replacement what a prompt says instead; "" leaves it out
public record Concept(String name, List<String> synonyms, String replacement) {
    public Concept {
        synonyms = List.copyOf(synonyms);
    }

    /// The name and the synonyms.
    public List<String> names() {
        return Stream.concat(Stream.of(name), synonyms.stream()).toList();
    }
}
