package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.schedule.NoiseLevel;

/// Feynman-Kac correction of CFG: the batch becomes a set of particles that together follow the geometric average `q_r^(1-w) q_c^w`, which CFG alone misses.
///
/// ```
/// D = D_r + w*(D_c - D_r)
/// log W += temper * w*(w-1) * (s^2 - s'^2) / (2*s^4) * |D_c - D_r|^2        s = sigma/alpha
/// resample systematically where 1/sum(W^2) < ess*K;  log W := 0
/// ```
///
/// Needs a sampler that adds noise (copies would never separate) and at least two pictures per run; each keeps its own random numbers. In large latents one particle soon outweighs all
/// others; `clamp` bounds the log-weights around their mean as the authors' code does, at the price of exactness.
///
/// Source: Skreta et al. 2025, arXiv 2503.02819; the increment is that of the variance-exploding reverse process and is checked on Gaussians.
///
/// @param w      guidance weight
/// @param ess    resample below this share of the number of particles
/// @param clamp  bound of the log-weights around their mean; 0 = none
/// @param temper scales the log-weights
public record FeynmanKac(double w, double ess, double clamp, double temper) implements GuidancePolicy, Particles {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "fkc",
                    "FKC",
                    "Feynman-Kac corrector",
                    "Paints several pictures together and, on the way, replaces those that drift from what guidance means by copies of those that do not. Needs a batch and a sampler that adds noise.",
                    "log W += temper*w*(w-1)*(s^2 - s'^2)/(2 s^4)*|D_c - D_r|^2; resample where 1/sum(W^2) < ess*K",
                    "arXiv 2503.02819",
                    Descriptor.Fidelity.EXACT,
                    Stream.concat(Stream.of(Cfg.weight(1.5)), resampling().stream()).toList()),
            Set.of(Slot.STRENGTH),
            "2 per particle",
            p -> new FeynmanKac(p.number("w"), p.number("ess"), p.number("clamp"), p.number("temper")));

    /// How particles are weighed and chosen among, for all policies that have some.
    static List<ParameterSpec> resampling() {
        return List.of(
                ParameterSpec.number("ess", "Resample below", 0, 1, 0.5, 0.05, "Share of particles that must still count; 0 never resamples, 1 always does."),
                ParameterSpec.number("clamp", "Weight bound", 0, 10, 2, 0.5, "Keeps one picture from taking over at once; 0 is exact and, on real models, usually leaves one survivor."),
                ParameterSpec.number("temper", "Weight share", 0, 1, 1, 0.05, "Scales how much the weights count; 0 leaves every picture to itself."));
    }

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public double weight(StepContext context) {
        return w;
    }

    @Override
    public Optional<Particles> particles() {
        return Optional.of(this);
    }

    @Override
    public double gain(NoiseLevel here, NoiseLevel next, Prediction cond, @Nullable Prediction reference) {
        if (reference == null) {
            return 0;
        }
        double s = here.karrasSigma();
        double after = next.karrasSigma();
        Latents delta = LatentOps.subtract(cond.denoised(), reference.denoised());
        // At pure noise s is infinite and the gain tends to 0: nothing is known yet.
        double rate = Double.isInfinite(s) ? 0 : (1 - (after / s) * (after / s)) / (2 * s * s);
        return temper * w * (w - 1) * rate * LatentOps.squaredNorm(delta);
    }
}
