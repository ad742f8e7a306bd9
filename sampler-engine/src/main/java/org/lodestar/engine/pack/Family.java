package org.lodestar.engine.pack;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.latent.LatentFormat.RgbFactors;

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
    /// Finishes pictures: usual is a source picture with a strength of about 0.3.
    SDXL_REFINER("Stable Diffusion XL refiner", true, 0.13025, 0, 1024, "cfg(w=6)", "epsilon"),
    /// Stable Diffusion 3 and 3.5.
    SD3("Stable Diffusion 3", true, 1.5305, 0.0609, 1024, "cfg(w=5)", null),
    /// Takes the guidance weight.
    FLUX_DEV("FLUX.1 dev", true, 0.3611, 0.1159, 1024, "distilled(w=3.5)", null),
    /// Few steps, without guidance.
    FLUX_SCHNELL("FLUX.1 schnell", true, 0.3611, 0.1159, 1024, "none", null),
    PIXART_ALPHA("PixArt-alpha", true, 0.18215, 0, 1024, "cfg(w=4.5)", null),
    PIXART_SIGMA("PixArt-Sigma", true, 0.13025, 0, 1024, "cfg(w=4.5)", null),
    SANA("Sana", true, 0.41407, 0, 1024, "cfg(w=4.5)", null),
    CHROMA("Chroma", false, 0.3611, 0.1159, 1024, "cfg(w=5)", null),
    UNKNOWN("unknown", false, 1, 0, 512, "none", null);

    private static final RgbFactors SD_FACTORS = new RgbFactors(
            List.of(List.of(0.3512, 0.2297, 0.3227), List.of(0.3250, 0.4974, 0.2350), List.of(-0.2829, 0.1762, 0.2721), List.of(-0.2120, -0.2616, -0.7177)),
            List.of(0.0, 0.0, 0.0));
    private static final RgbFactors SDXL_FACTORS = new RgbFactors(
            List.of(List.of(0.3651, 0.4232, 0.4341), List.of(-0.2533, -0.0042, 0.1068), List.of(0.1076, 0.1111, -0.0362), List.of(-0.3165, -0.2492, -0.2188)),
            List.of(0.1084, -0.0175, -0.0011));

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

    /// The known linear preview of the family's latents: public fits to its autoencoder, which all its models share. Empty where each model has its own.
    public Optional<RgbFactors> previewFactors() {
        return switch (this) {
            case SD1, SD2, LCM, PIXART_ALPHA -> Optional.of(SD_FACTORS);
            case SDXL, SDXL_REFINER, PIXART_SIGMA -> Optional.of(SDXL_FACTORS);
            case STARTER, SD3, FLUX_DEV, FLUX_SCHNELL, SANA, CHROMA, UNKNOWN -> Optional.empty();
        };
    }

    /// The guidance weight that a network with an input for it is told under policies that do not say.
    public double usualGuidance() {
        return this == FLUX_DEV ? 3.5 : 8.5;
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
