package org.lodestar.engine.internal.ort;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
import org.lodestar.engine.pack.TextLayout;
import org.lodestar.engine.prompt.Dialect;
import org.lodestar.engine.prompt.Prompt;

/// One or more text networks whose outputs, joined as the family wants them ([TextLayout]), condition the denoiser. Prompts are encoded one at a time, since quantised encoders make a row
/// depend on its batch.
final class OrtTextEncoder implements TextEncoder {
    /// Names under which a [Conditioning] holds its tensors, whatever the denoiser calls its inputs.
    static final String STATES = "encoder_hidden_states";

    static final String POOLED = "text_embeds";

    static final String MASK = "encoder_attention_mask";

    /// The ratings that the pipelines of the Stable Diffusion XL refiner tell by default.
    private static final double BEAUTIFUL = 6;

    private static final double PLAIN_LOOKING = 2.5;

    private static final String OWN_MASK = "attention_mask";

    /// A text network.
    ///
    /// @param states output with one row per token, or ""
    /// @param pooled output with one row for the text, or ""
    /// @param below  whether its rows follow those of the others
    record Part(Tokenizer tokenizer, OrtNet net, String states, String pooled, boolean below) {
        Set<String> outputs() {
            return Stream.of(states, pooled).filter(name -> !name.isEmpty()).collect(Collectors.toSet());
        }
    }

    /// A text and how it was read.
    private record Read(String text, Reading reading) {}

    private final List<Part> parts;
    /// Those with the longest context, which decide how much text fits; the others read its beginning.
    private final List<Part> longest;

    private final TextLayout layout;
    private final boolean manyChunks;
    private final TextCache<Read, Conditioning> cache = new TextCache<>();

    /// @param layout     how the states are joined
    /// @param manyChunks whether texts longer than the context are encoded in several calls, for denoisers that take any number of tokens
    OrtTextEncoder(List<Part> parts, TextLayout layout, boolean manyChunks) {
        this.parts = List.copyOf(parts);
        int context = parts.stream().mapToInt(part -> part.tokenizer().contextLength()).max().orElse(0);
        this.longest = parts.stream().filter(part -> part.tokenizer().contextLength() == context).toList();
        this.layout = layout;
        this.manyChunks = manyChunks;
    }

    @Override
    public TokenCount count(String text, Dialect dialect) {
        TokenPlan plan = TokenPlan.of(Prompt.parse(text, dialect), longest.getFirst().tokenizer());
        return manyChunks ? new TokenCount(plan.used(), plan.capacity() * plan.chunks().size(), plan.breaks()) : new TokenCount(plan.used(), plan.capacity());
    }

    @Override
    public int chunks(String text, Dialect dialect) {
        Prompt prompt = Prompt.parse(text, dialect);
        return longest.stream().mapToInt(part -> TokenPlan.of(prompt, part.tokenizer()).chunks().size()).max().orElse(1);
    }

    @Override
    public Conditioning encode(String text, Reading reading, CancelToken cancel) {
        Read read = new Read(text, layout.rated() ? reading : new Reading(reading.dialect(), reading.chunks()));
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
        List<Embedding> pooled = new ArrayList<>();
        List<Embedding> beside = new ArrayList<>();
        List<Embedding> below = new ArrayList<>();
        List<Embedding> masks = new ArrayList<>();
        for (Part part : parts) {
            TokenPlan plan = TokenPlan.of(prompt, part.tokenizer());
            List<Embedding> stretches = new ArrayList<>();
            for (int i = 0; i < (part.states().isEmpty() ? 1 : chunks); i++) {
                List<TokenPlan.Weighted> chunk = i < plan.chunks().size() ? plan.chunks().get(i) : List.of();
                Map<String, Embedding> found = run(part, chunk.stream().map(TokenPlan.Weighted::token).toList(), cancel);
                if (!part.states().isEmpty()) {
                    stretches.add(weighted(part, Objects.requireNonNull(found.get(part.states())), chunk, reading.dialect(), cancel));
                }
                if (!part.pooled().isEmpty() && i == 0) {
                    pooled.add(Objects.requireNonNull(found.get(part.pooled())));
                }
                if (part.below()) {
                    masks.add(TextRows.mask(used(part, chunk.size()), part.tokenizer().contextLength()));
                }
            }
            if (!stretches.isEmpty()) {
                (part.below() ? below : beside).add(TextRows.stacked(stretches));
            }
        }
        Map<String, Embedding> tensors = new LinkedHashMap<>();
        tensors.put(STATES, TextRows.arranged(beside, below, layout.blankRows(), layout.width()));
        if (!pooled.isEmpty()) {
            tensors.put(POOLED, TextRows.joined(pooled));
        }
        if (masks.size() == 1 && beside.isEmpty()) {
            tensors.put(MASK, masks.getFirst());
        }
        if (layout.rated()) {
            tensors.put(Conditioning.BEAUTY, new Embedding(new int[] {1}, new float[] {(float) (reading.against() ? PLAIN_LOOKING : BEAUTIFUL)}));
        }
        Conditioning made = new Conditioning(text, tensors);
        cache.put(read, made);
        return made;
    }

    /// Ids that stand for `tokens` of text, marks included.
    private static int used(Part part, int tokens) {
        Tokenizer tokenizer = part.tokenizer();
        return Math.min(tokens, tokenizer.capacity()) + tokenizer.contextLength() - tokenizer.capacity();
    }

    @Override
    public Conditioning none(Reading reading, CancelToken cancel) {
        Conditioning empty = encode("", reading, cancel);
        if (!layout.noneIsZero()) {
            return empty;
        }
        Map<String, Embedding> zeros = new LinkedHashMap<>(empty.tensors());
        zeros.replaceAll((name, embedding) -> name.equals(Conditioning.BEAUTY) ? embedding : new Embedding(embedding.shape(), new float[embedding.size()]));
        return new Conditioning("", zeros);
    }

    private Embedding weighted(Part part, Embedding states, List<TokenPlan.Weighted> chunk, Dialect dialect, CancelToken cancel) {
        double[] weights = chunk.stream().mapToDouble(TokenPlan.Weighted::weight).toArray();
        if (Arrays.stream(weights).allMatch(weight -> weight == 1)) {
            return states;
        }
        int first = part.tokenizer().frame().before().size();
        return dialect == Dialect.COMFY
                ? Emphasis.fromEmpty(states, Objects.requireNonNull(run(part, List.of(), cancel).get(part.states())), weights, first)
                : Emphasis.scaled(states, weights, first);
    }

    private Map<String, Embedding> run(Part part, List<Tokenizer.Token> tokens, CancelToken cancel) {
        int[] ids = part.tokenizer().encode(tokens);
        OrtNet net = part.net();
        try (OrtNet.Call call = net.call()) {
            for (Port port : net.header().inputs()) {
                if (port.type() == TensorType.BOOL) {
                    call.input(port.name(), new long[port.rank()]).fill(1); // "give the hidden states too", where an exporter left the switch in
                } else if (port.name().equals(OWN_MASK)) {
                    int used = layout.hidesPads() ? used(part, tokens.size()) : ids.length;
                    HostTensor input = call.input(port.name(), 1, ids.length);
                    for (int i = 0; i < ids.length; i++) {
                        input.set(i, i < used ? 1 : 0);
                    }
                } else {
                    HostTensor input = call.input(port.name(), 1, ids.length);
                    for (int i = 0; i < ids.length; i++) {
                        input.set(i, ids[i]);
                    }
                }
            }
            return call.run(cancel, part.outputs());
        }
    }
}
