package org.lodestar.engine.internal.ort;

import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.lodestar.engine.codec.TextEncoder;
import org.lodestar.engine.codec.Tokenizer;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.model.Embedding;
import org.lodestar.engine.pack.OnnxFile.Port;

/// A single text network whose hidden states condition the denoiser. Prompts are encoded one at a time, since quantised encoders make a row depend on its batch.
final class OrtTextEncoder implements TextEncoder {
    private static final int TEXTS_KEPT = 64;

    private final Tokenizer tokenizer;
    private final OrtNet net;
    private final String feeds;
    private final Map<String, Conditioning> cache = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Conditioning> eldest) {
            return size() > TEXTS_KEPT;
        }
    };

    /// @param feeds the denoiser input that takes the hidden states
    OrtTextEncoder(Tokenizer tokenizer, OrtNet net, String feeds) {
        this.tokenizer = tokenizer;
        this.net = net;
        this.feeds = feeds;
    }

    @Override
    public TokenCount count(String text) {
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
        Conditioning made = new Conditioning(text, Map.of(feeds, hiddenStates(tokenizer.encode(text), cancel)));
        cache.put(text, made);
        return made;
    }

    private Embedding hiddenStates(int[] ids, CancelToken cancel) {
        Port output = net.header().outputs().getFirst();
        int width = Math.toIntExact(output.fixed(2));
        try (OrtNet.Call call = net.call()) {
            HostTensor input = call.input(net.header().inputs().getFirst().name(), 1, ids.length);
            for (int i = 0; i < ids.length; i++) {
                input.set(i, ids[i]);
            }
            HostTensor states = call.output(output.name(), 1, ids.length, width);
            call.run(cancel);
            return states.read(0, states.size(), buffer -> new Embedding(new int[] {ids.length, width}, copy(buffer, states.size())));
        }
    }

    private static float[] copy(FloatBuffer buffer, int length) {
        float[] values = new float[length];
        buffer.get(values);
        return values;
    }
}
