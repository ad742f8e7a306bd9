package org.lodestar.engine.internal.ort;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.lodestar.engine.codec.Emphasis;
import org.lodestar.engine.codec.TextEncoder;
import org.lodestar.engine.codec.TokenPlan;
import org.lodestar.engine.codec.Tokenizer;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.model.Embedding;
import org.lodestar.engine.pack.OnnxFile.Port;
import org.lodestar.engine.pack.TensorType;
import org.lodestar.engine.prompt.Dialect;
import org.lodestar.engine.prompt.Prompt;

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

    /// A text and how it was read.
    private record Read(String text, Reading reading) {}

    private final List<Part> parts;
    private final boolean noneIsZero;
    private final boolean manyChunks;
    private final TextCache<Read, Conditioning> cache = new TextCache<>();

    /// @param noneIsZero whether the absence of text is all zeros instead of the encoded empty text
    /// @param manyChunks whether texts longer than the context are encoded in several calls, for denoisers that take any number of tokens
    OrtTextEncoder(List<Part> parts, boolean noneIsZero, boolean manyChunks) {
        this.parts = List.copyOf(parts);
        this.noneIsZero = noneIsZero;
        this.manyChunks = manyChunks;
    }

    @Override
    public TokenCount count(String text, Dialect dialect) {
        TokenPlan plan = TokenPlan.of(Prompt.parse(text, dialect), parts.getFirst().tokenizer());
        return manyChunks ? new TokenCount(plan.used(), plan.capacity() * plan.chunks().size(), plan.breaks()) : new TokenCount(plan.used(), plan.capacity());
    }

    @Override
    public int chunks(String text, Dialect dialect) {
        Prompt prompt = Prompt.parse(text, dialect);
        return parts.stream().mapToInt(part -> TokenPlan.of(prompt, part.tokenizer()).chunks().size()).max().orElse(1);
    }

    @Override
    public Conditioning encode(String text, Reading reading, CancelToken cancel) {
        Read read = new Read(text, reading);
        Conditioning known = cache.get(read);
        if (known != null) {
            return known;
        }
        int chunks = Math.max(reading.chunks(), chunks(text, reading.dialect()));
        if (chunks > 1 && !manyChunks) {
            TokenCount count = count(text, reading.dialect());
            throw new EngineException.InvalidInput(
                    "prompt", "at most " + count.capacity() + " tokens, which is what this model reads, in one stretch", count.used() + " tokens", "Shorten the text, and leave out BREAK");
        }
        Prompt prompt = Prompt.parse(text, reading.dialect());
        Map<String, Embedding> tensors = new LinkedHashMap<>();
        List<Embedding> states = new ArrayList<>();
        for (Part part : parts) {
            TokenPlan plan = TokenPlan.of(prompt, part.tokenizer());
            List<Embedding> stretches = new ArrayList<>();
            for (int i = 0; i < chunks; i++) {
                List<TokenPlan.Weighted> chunk = i < plan.chunks().size() ? plan.chunks().get(i) : List.of();
                Map<String, Embedding> found = run(part, chunk.stream().map(TokenPlan.Weighted::token).toList(), cancel);
                stretches.add(weighted(part, Objects.requireNonNull(found.get(part.states())), chunk, reading.dialect(), cancel));
                if (!part.pooled().isEmpty() && i == 0) {
                    tensors.put(POOLED, Objects.requireNonNull(found.get(part.pooled())));
                }
            }
            states.add(stacked(stretches));
        }
        tensors.put(STATES, joined(states));
        Conditioning made = new Conditioning(text, tensors);
        cache.put(read, made);
        return made;
    }

    @Override
    public Conditioning none(Reading reading, CancelToken cancel) {
        Conditioning empty = encode("", reading, cancel);
        if (!noneIsZero) {
            return empty;
        }
        Map<String, Embedding> zeros = new LinkedHashMap<>(empty.tensors());
        zeros.replaceAll((name, embedding) -> new Embedding(embedding.shape(), new float[embedding.size()]));
        return new Conditioning("", zeros);
    }

    private static Embedding weighted(Part part, Embedding states, List<TokenPlan.Weighted> chunk, Dialect dialect, CancelToken cancel) {
        double[] weights = chunk.stream().mapToDouble(TokenPlan.Weighted::weight).toArray();
        if (Arrays.stream(weights).allMatch(weight -> weight == 1)) {
            return states;
        }
        int first = part.tokenizer().frame().before().size();
        return dialect == Dialect.COMFY
                ? Emphasis.fromEmpty(states, Objects.requireNonNull(run(part, List.of(), cancel).get(part.states())), weights, first)
                : Emphasis.scaled(states, weights, first);
    }

    private static Map<String, Embedding> run(Part part, List<Tokenizer.Token> tokens, CancelToken cancel) {
        int[] ids = part.tokenizer().encode(tokens);
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

    /// The rows of all chunks one after the other.
    private static Embedding stacked(List<Embedding> chunks) {
        if (chunks.size() == 1) {
            return chunks.getFirst();
        }
        int width = chunks.getFirst().shape()[1];
        FloatBuffer values = FloatBuffer.allocate(chunks.stream().mapToInt(Embedding::size).sum());
        chunks.forEach(chunk -> chunk.copyTo(values));
        return new Embedding(new int[] {values.capacity() / width, width}, values.array());
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
