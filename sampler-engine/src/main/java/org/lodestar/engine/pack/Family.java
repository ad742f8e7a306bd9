package org.lodestar.engine.pack;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The kinds of models, and what is usual for each where a folder does not say.
public enum Family {
    /// Latent diffusion with a BERT-like text encoder.
    STARTER("latent diffusion with a WordPiece text encoder", true, 1, 0, 128, "cfg(w=3)", null),
    /// Stable Diffusion 1.x.
    SD1("Stable Diffusion 1", true, 0.18215, 0, 512, "cfg(w=7.5)", "epsilon"),
    /// Stable Diffusion 2.x; the noise file decides between its two parameterizations.
    SD2("Stable Diffusion 2", true, 0.18215, 0, 768, "cfg(w=7.5)", null),
    /// Latent consistency models with the guidance weight as an input.
    LCM("latent consistency model", true, 0.18215, 0, 512, "none", "epsilon"),
    SDXL("Stable Diffusion XL", true, 0.13025, 0, 1024, "cfg(w=6)", "epsilon"),
    SDXL_REFINER("Stable Diffusion XL refiner", false, 0.13025, 0, 1024, "cfg(w=6)", "epsilon"),
    SD3("Stable Diffusion 3", false, 1.5305, 0.0609, 1024, "cfg(w=5)", null),
    FLUX("FLUX.1", false, 0.3611, 0.1159, 1024, "none", null),
    UNKNOWN("unknown", false, 1, 0, 512, "none", null);

    private final String title;
    private final boolean supported;
    private final double scale;
    private final double shift;
    private final int side;
    private final String policy;
    private final @Nullable String prediction;

    Family(String title, boolean supported, double scale, double shift, int side, String policy, @Nullable String prediction) {
        this.title = title;
        this.supported = supported;
        this.scale = scale;
        this.shift = shift;
        this.side = side;
        this.policy = policy;
        this.prediction = prediction;
    }

    /// `sd1`, `sdxl`, ...
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// For people.
    public String title() {
        return title;
    }

    /// Whether this program can run it.
    public boolean supported() {
        return supported;
    }

    double scale() {
        return scale;
    }

    double shift() {
        return shift;
    }

    int side() {
        return side;
    }

    String policy() {
        return policy;
    }

    /// What its networks put out, if all of the family do; null where only the noise file tells.
    @Nullable
    String prediction() {
        return prediction;
    }
}
