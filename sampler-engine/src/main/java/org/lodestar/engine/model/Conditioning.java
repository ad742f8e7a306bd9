package org.lodestar.engine.model;

import java.util.HashMap;
import java.util.Map;

/// What the network is told about the wanted picture: named embeddings, ready to be fed.
///
/// Tensors have the names `encoder_hidden_states` (one row per token) and, for some families, `text_embeds` (one row for the text). Under [#GUIDANCE] a single number may
/// be added: the guidance weight for networks that take it as an input.
///
/// @param text    what it was made from, for people
/// @param tensors by name
public record Conditioning(String text, Map<String, Embedding> tensors) {

    /// Name of the guidance weight that a distilled network is told (1 = none).
    public static final String GUIDANCE = "guidance";

    /// Name of the second net's share, 0..1, where two nets' weights are mixed.
    public static final String SHARE = "share";

    public Conditioning {
        tensors = Map.copyOf(tensors);
    }

    /// The same with a single number added under `name`.
    public Conditioning with(String name, double number) {
        Map<String, Embedding> more = new HashMap<>(tensors);
        more.put(name, new Embedding(new int[0], new float[] {(float) number}));
        return new Conditioning(text, more);
    }
}
