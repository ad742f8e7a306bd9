package org.lodestar.engine.pack;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lodestar.engine.latent.Patches;
import org.lodestar.engine.pack.DenoiserPorts.Meaning;

/// FLUX.1: the state as patches with their places, T5's states, CLIP's vector for the whole text, and the time as `sigma` in 0..1. The dev kind is told the guidance weight and spreads its steps by
/// picture size; the schnell kind does neither and takes four steps.
record FluxTransformer(boolean guided) implements Transformer {

    static Optional<FluxTransformer> of(OnnxFile header) {
        return header.input("img_ids") != null && header.input("pooled_projections") != null
                ? Optional.of(new FluxTransformer(header.input("guidance") != null))
                : Optional.empty();
    }

    @Override
    public Family family() {
        return guided ? Family.FLUX_DEV : Family.FLUX_SCHNELL;
    }

    @Override
    public String reason() {
        return "its transformer takes img_ids and " + (guided ? "guidance" : "no guidance");
    }

    @Override
    public Set<Meaning> needs() {
        return Set.of(Meaning.POOLED_TEXT, Meaning.PATCH_PLACES, Meaning.TEXT_PLACES);
    }

    @Override
    public List<TextSlot> texts() {
        return List.of(TextSlot.clip(1, TextSlot.States.NONE, "pooler_output"), TextSlot.t5(2, guided ? 512 : 256, false));
    }

    @Override
    public double timeScale(JsonFile config) {
        return 0.001;
    }

    @Override
    public int patch() {
        return Patches.SIDE;
    }

    @Override
    public String noise() {
        return guided
                ? "{\"_class_name\": \"FlowMatchEulerDiscreteScheduler\", \"shift\": 3.0, \"use_dynamic_shifting\": true}"
                : "{\"_class_name\": \"FlowMatchEulerDiscreteScheduler\", \"shift\": 1.0}";
    }

    /// Shares `1, 1 - 1/n, ... 1/n` of the shifted time, whatever the scheduler would do by itself.
    @Override
    public Optional<String> spacing() {
        return Optional.of("trailing");
    }

    @Override
    public int steps() {
        return guided ? 28 : 4;
    }

    @Override
    public List<String> notes() {
        return guided
                ? List.of("This model guides by itself: the policy distilled sets how strongly, and a negative prompt has no effect with it. Other policies leave that strength at 3.5.")
                : List.of("This model was made for four steps without guidance; it has no input for the guidance weight.");
    }
}
