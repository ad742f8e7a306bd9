package org.lodestar.engine.internal.ort;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.lodestar.engine.codec.TextEncoder;
import org.lodestar.engine.codec.Tokenizer;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.model.Embedding;
import org.lodestar.engine.pack.OnnxFile.Port;
import org.lodestar.engine.pack.TensorType;

/// One or more text networks whose hidden states, joined token by token, condition the denoiser. Prompts are encoded one at a time, since quantised encoders make a row
/// depend on its batch.
final class OrtTextEncoder implements TextEncoder {
    /// Names under which a [Conditioning] holds its tensors, whatever the denoiser calls its inputs.
    static final String STATES = "encoder_hidden_states";

    static final String POOLED = "text_embeds";

    /// A text network.
    ///
    /// @param states output with one row per token
    /// @param pooled output with one row for the text, or ""
    record Part(Tokenizer tokenizer, OrtNet net, String states, String pooled) {}

    private final List<Part> parts;
    private final boolean noneIsZero;
    private final TextCache<Conditioning> cache = new TextCache<>();

    /// @param noneIsZero whether the absence of text is all zeros instead of the encoded empty text
    OrtTextEncoder(List<Part> parts, boolean noneIsZero) {
        this.parts = List.copyOf(parts);
        this.noneIsZero = noneIsZero;
    }

    @Override
    public TokenCount count(String text) {
        Tokenizer tokenizer = parts.getFirst().tokenizer();
        return new TokenCount(tokenizer.tokens(text).size(), tokenizer.capacity());
    }

    @Override
    public Conditioning encode(String text, CancelToken cancel) {
        Conditioning known = cache.get(text);
        if (known != null) {
            return known;
        }
        TokenCount count = count(text);
        if (count.used() > count.capacity()) {
            throw new EngineException.InvalidInput(
                    "prompt", "at most " + count.capacity() + " tokens, which is what this model reads", count.used() + " tokens", "Shorten the text");
        }
        Map<String, Embedding> tensors = new LinkedHashMap<>();
        List<Embedding> states = new ArrayList<>();
        for (Part part : parts) {
            Map<String, Embedding> found = run(part, part.tokenizer().encode(text), cancel);
            states.add(Objects.requireNonNull(found.get(part.states())));
            if (!part.pooled().isEmpty()) {
                tensors.put(POOLED, Objects.requireNonNull(found.get(part.pooled())));
            }
        }
        tensors.put(STATES, joined(states));
        Conditioning made = new Conditioning(text, tensors);
        cache.put(text, made);
        return made;
    }

    @Override
    public Conditioning none(CancelToken cancel) {
        Conditioning empty = encode("", cancel);
        if (!noneIsZero) {
            return empty;
        }
        Map<String, Embedding> zeros = new LinkedHashMap<>(empty.tensors());
        zeros.replaceAll((name, embedding) -> new Embedding(embedding.shape(), new float[embedding.size()]));
        return new Conditioning("", zeros);
    }

    private static Map<String, Embedding> run(Part part, int[] ids, CancelToken cancel) {
        OrtNet net = part.net();
        try (OrtNet.Call call = net.call()) {
            for (Port port : net.header().inputs()) {
                if (port.type() == TensorType.BOOL) {
                    call.input(port.name(), new long[port.rank()]).fill(1); // "give the hidden states too", where an exporter left the switch in
                } else {
                    HostTensor input = call.input(port.name(), 1, ids.length);
                    for (int i = 0; i < ids.length; i++) {
                        input.set(i, ids[i]);
                    }
                }
            }
            return call.run(cancel, part.pooled().isEmpty() ? Set.of(part.states()) : Set.of(part.states(), part.pooled()));
        }
    }

    /// The rows of all encoders side by side.
    private static Embedding joined(List<Embedding> states) {
        if (states.size() == 1) {
            return states.getFirst();
        }
        int tokens = states.getFirst().shape()[0];
        int width = states.stream().mapToInt(s -> s.shape()[1]).sum();
        float[] values = new float[tokens * width];
        int left = 0;
        for (Embedding part : states) {
            int partWidth = part.shape()[1];
            for (int token = 0; token < tokens; token++) {
                for (int i = 0; i < partWidth; i++) {
                    values[token * width + left + i] = part.at(token * partWidth + i);
                }
            }
            left += partWidth;
        }
        return new Embedding(new int[] {tokens, width}, values);
    }
}
