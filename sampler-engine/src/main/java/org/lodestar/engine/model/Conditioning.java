package org.lodestar.engine.model;

import java.util.HashMap;
import java.util.Map;

/// What the network is told about the wanted picture: named embeddings, ready to be fed.
///
/// Tensors have the names `encoder_hidden_states` (one row per token) and, for some families, `text_embeds` (one row for the text). Under [#PICTURE] lies what a network that edits pictures is shown. Under [#GUIDANCE] a single number may
/// be added: the guidance weight for networks that take it as an input.
///
/// @param text    what it was made from, for people
/// @param tensors by name
public record Conditioning(String text, Map<String, Embedding> tensors) {

    /// Name of the guidance weight that a distilled network is told (1 = none).
    public static final String GUIDANCE = "guidance";

    /// Name of the second net's share, 0..1, where two nets' weights are mixed.
    public static final String SHARE = "share";

    /// Name of what the network is shown of a picture: further channels at the size of the state.
    public static final String PICTURE = "picture";

    /// Name of how beautiful the wanted picture is, about 1..10, for networks that are told (the refiner of Stable Diffusion XL).
    public static final String BEAUTY = "aesthetic_score";

    public Conditioning {
        tensors = Map.copyOf(tensors);
    }

    /// The same with zeros for what the network is shown of a picture.
    public Conditioning withoutPicture() {
        Embedding picture = tensors.get(PICTURE);
        return picture == null ? this : with(PICTURE, new Embedding(picture.shape(), new float[picture.size()]));
    }

    /// The same with a single number added under `name`.
    public Conditioning with(String name, double number) {
        return with(name, new Embedding(new int[0], new float[] {(float) number}));
    }

    /// The same with a tensor added under `name`.
    public Conditioning with(String name, Embedding tensor) {
        Map<String, Embedding> more = new HashMap<>(tensors);
        more.put(name, tensor);
        return new Conditioning(text, more);
    }
}
