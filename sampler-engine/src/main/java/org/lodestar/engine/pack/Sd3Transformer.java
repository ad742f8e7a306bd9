package org.lodestar.engine.pack;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lodestar.engine.pack.DenoiserPorts.Meaning;

/// Stable Diffusion 3 and 3.5: states of both CLIP encoders side by side, filled up with zeros to T5's width, T5's states below; both CLIP vectors for the whole text joined to one. Without the T5 encoder
/// its rows are zeros.
record Sd3Transformer() implements Transformer {
    /// T5's rows where the folder has no T5 encoder and the graph leaves their number open.
    static final int T5_ROWS = 256;

    static Optional<Sd3Transformer> of(OnnxFile header) {
        OnnxFile.Port state = header.input("hidden_states");
        return header.input("pooled_projections") != null && state != null && state.rank() == 4 ? Optional.of(new Sd3Transformer()) : Optional.empty();
    }

    @Override
    public Family family() {
        return Family.SD3;
    }

    @Override
    public String reason() {
        return "its transformer takes pooled_projections";
    }

    @Override
    public Set<Meaning> needs() {
        return Set.of(Meaning.POOLED_TEXT);
    }

    @Override
    public List<TextSlot> texts() {
        return List.of(
                TextSlot.clip(1, TextSlot.States.LAST_BUT_ONE, "text_embeds"),
                TextSlot.clip(2, TextSlot.States.LAST_BUT_ONE, "text_embeds"),
                TextSlot.t5(3, T5_ROWS, true));
    }

    @Override
    public int patch() {
        return 2;
    }

    @Override
    public String noise() {
        return "{\"_class_name\": \"FlowMatchEulerDiscreteScheduler\", \"shift\": 3.0}";
    }

    /// Its pipeline leaves the steps to the scheduler, which spreads them over the whole table, with a shift by picture size too.
    @Override
    public Optional<String> spacing() {
        return Optional.of("linspace");
    }

    @Override
    public int steps() {
        return 28;
    }
}
