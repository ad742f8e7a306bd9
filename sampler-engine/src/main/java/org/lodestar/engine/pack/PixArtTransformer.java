package org.lodestar.engine.pack;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lodestar.engine.pack.DenoiserPorts.Meaning;

/// PixArt: T5's states and which of them stand for text. The alpha kind reads 120 tokens and is told the picture's size where it was trained at 1024 pixels; the Sigma kind reads 300. Both give eight
/// channels, the first four of which are the noise.
record PixArtTransformer(boolean sigma) implements Transformer {
    private static final int CHANNELS = 4;

    static Optional<PixArtTransformer> of(OnnxFile header, String pipeline) {
        OnnxFile.Port state = header.input("hidden_states");
        OnnxFile.Port states = header.input("encoder_hidden_states");
        if (header.input("pooled_projections") != null || state == null || states == null || !(state.fixed(1) == CHANNELS || pipeline.startsWith("PixArt"))) {
            return Optional.empty();
        }
        boolean alpha = header.input("resolution") != null || pipeline.startsWith("PixArtAlpha") || states.fixed(1) == 120;
        return Optional.of(new PixArtTransformer(!alpha));
    }

    @Override
    public Family family() {
        return sigma ? Family.PIXART_SIGMA : Family.PIXART_ALPHA;
    }

    @Override
    public String reason() {
        return "its transformer takes text states and latents of " + CHANNELS + " channels";
    }

    @Override
    public Set<Meaning> needs() {
        return Set.of();
    }

    @Override
    public List<TextSlot> texts() {
        return List.of(TextSlot.t5(1, sigma ? 300 : 120, false));
    }

    @Override
    public boolean hidesPads() {
        return true;
    }

    @Override
    public int patch() {
        return 2;
    }

    /// The class defaults are what it was trained with.
    @Override
    public String noise() {
        return "{\"_class_name\": \"DPMSolverMultistepScheduler\"}";
    }

    @Override
    public int steps() {
        return 20;
    }
}
