package org.lodestar.engine.model;

import java.util.Map;

/// What the network is told about the wanted picture: named embeddings, ready to be fed.
///
/// @param text    what it was made from, for people
/// @param tensors by the name of the network input they feed ("encoder_hidden_states", "text_embeds", ...)
public record Conditioning(String text, Map<String, Embedding> tensors) {
    public Conditioning {
        tensors = Map.copyOf(tensors);
    }
}
