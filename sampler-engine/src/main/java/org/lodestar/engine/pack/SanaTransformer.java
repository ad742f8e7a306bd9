package org.lodestar.engine.pack;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lodestar.engine.pack.DenoiserPorts.Meaning;

/// Sana: 300 rows of Gemma's states and which of them stand for text; latents of 32 channels, one cell for 32x32 pixels, each of them a token. Its pipeline writes a long instruction to the language model
/// before every prompt; this program does not, which the pipeline allows too.
record SanaTransformer() implements Transformer {
    private static final int CHANNELS = 32;

    static Optional<SanaTransformer> of(OnnxFile header, String pipeline) {
        OnnxFile.Port state = header.input("hidden_states");
        boolean told = header.input("encoder_attention_mask") != null && header.input("pooled_projections") == null;
        return told && state != null && (state.fixed(1) == CHANNELS || pipeline.startsWith("Sana")) ? Optional.of(new SanaTransformer()) : Optional.empty();
    }

    @Override
    public Family family() {
        return Family.SANA;
    }

    @Override
    public String reason() {
        return "its transformer takes text states with a mask and latents of " + CHANNELS + " channels";
    }

    @Override
    public Set<Meaning> needs() {
        return Set.of(Meaning.TEXT_MASK);
    }

    @Override
    public List<TextSlot> texts() {
        return List.of(new TextSlot("text_encoder", "tokenizer", TokenizerKind.BYTE_FALLBACK, "", 300, TextSlot.States.LAST, "", true, false));
    }

    @Override
    public boolean hidesPads() {
        return true;
    }

    @Override
    public double timeScale(JsonFile config) {
        return config.number("timestep_scale").orElse(1.0);
    }

    @Override
    public int patch() {
        return 1;
    }

    @Override
    public int downscale() {
        return 32;
    }

    @Override
    public String noise() {
        return "{\"_class_name\": \"DPMSolverMultistepScheduler\", \"use_flow_sigmas\": true, \"flow_shift\": 3.0, \"prediction_type\": \"flow_prediction\"}";
    }

    @Override
    public int steps() {
        return 20;
    }

    @Override
    public List<String> notes() {
        return List.of("The instruction that Sana's own pipeline writes before each prompt is left out; pictures differ from that pipeline's unless it is run without one too.");
    }
}
