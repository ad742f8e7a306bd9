package org.lodestar.engine.guidance;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.schedule.NoiseLevel;

/// Feynman-Kac correction of powers and products: the batch becomes a set of particles that together follow `q_c^beta` (annealing), or `q_c^beta * q_k^beta_k` with a second prompt.
///
/// ```
/// n = beta*n_c + beta_k*n_k;   D = (x - sigma*n)/alpha
/// log W += temper/2 * (1 - s'^2/s^2) * (|n|^2 - beta*|n_c|^2 - beta_k*|n_k|^2)        s = sigma/alpha
/// first state divided by sqrt(beta + beta_k);   resample systematically where 1/sum(W^2) < ess*K;  log W := 0
/// ```
///
/// At `alpha = 0` the clean sample has no place in the noise: there the prompt's estimate stands. Needs what [FeynmanKac] needs. Neutral: `beta = 1` without a second prompt.
///
/// Source: Skreta et al. 2025, arXiv 2503.02819; the increment is that of the variance-exploding reverse process and is checked on Gaussians and mixtures.
///
/// @param beta     power of the prompt
/// @param with     the second prompt, or ""
/// @param betaWith power of the second prompt
/// @param ess      resample below this share of the number of particles
/// @param clamp    bound of the log-weights around their mean; 0 = none
/// @param temper   scales the log-weights
public record FeynmanKacProduct(double beta, String with, double betaWith, double ess, double clamp, double temper) implements GuidancePolicy, Particles {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "fkc_product",
                    "FKC product",
                    "Feynman-Kac product of prompts",
                    "Paints several pictures together and keeps those that fit both of two prompts at once; or, with one prompt and a power above 1, those that are most typical of it. "
                            + "Needs a batch and a sampler that adds noise.",
                    "n = beta*n_c + beta_k*n_k; log W += temper/2*(1 - s'^2/s^2)*(|n|^2 - beta*|n_c|^2 - beta_k*|n_k|^2)",
                    "arXiv 2503.02819",
                    Descriptor.Fidelity.EXACT,
                    parameters()),
            Set.of(Slot.REFERENCE, Slot.STRENGTH, Slot.CORRECT),
            "1 per particle; 2 with a second prompt",
            p -> new FeynmanKacProduct(
                    p.number("beta"), p.text("with").strip(), p.number("beta_with"), p.number("ess"), p.number("clamp"), p.number("temper")));

    private static List<ParameterSpec> parameters() {
        List<ParameterSpec> all = new ArrayList<>(List.of(
                ParameterSpec.number("beta", "Prompt's power", 0.1, 4, 1, 0.05, "How much the prompt counts: above 1 only its most typical pictures are left, below 1 more varied ones."),
                new ParameterSpec.Text("with", "Second prompt", "", "What the picture must show as well; empty for the prompt alone."),
                ParameterSpec.number("beta_with", "Second prompt's power", 0, 4, 1, 0.05, "How much the second prompt counts; 0 leaves it out.")));
        all.addAll(FeynmanKac.resampling());
        return all;
    }

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public List<String> prompts(Wording wording) {
        return isProduct() ? List.of(with) : List.of();
    }

    @Override
    public Branch reference(StepContext context, PolicyState state) {
        return isProduct() ? context.branches().prompt(with) : context.branches().base();
    }

    @Override
    public boolean needsReferenceAtOne() {
        return isProduct();
    }

    @Override
    public Corrected correct(Estimates estimates, Latents guided, PolicyState state) {
        StepContext context = estimates.context();
        double alpha = context.level().alpha();
        if (alpha == 0 || (beta == 1 && !isProduct())) {
            return new Corrected(guided, state);
        }
        Latents second = estimates.reference().denoised();
        return new Corrected(LatentOps.combine((1 - sum()) / alpha, context.x(), beta, guided, isProduct() ? betaWith : 0, second), state);
    }

    @Override
    public Optional<Particles> particles() {
        return Optional.of(this);
    }

    @Override
    public double startScale() {
        return 1 / StrictMath.sqrt(sum());
    }

    @Override
    public double gain(NoiseLevel here, NoiseLevel next, Prediction cond, @Nullable Prediction reference) {
        double s = here.karrasSigma();
        double after = next.karrasSigma();
        if (Double.isInfinite(s)) {
            return 0;
        }
        Latents own = cond.noise();
        double parts = beta * LatentOps.squaredNorm(own);
        Latents whole = LatentOps.scale(beta, own);
        if (isProduct() && reference != null) {
            parts += betaWith * LatentOps.squaredNorm(reference.noise());
            whole = LatentOps.addScaled(whole, betaWith, reference.noise());
        }
        return temper / 2 * (1 - (after / s) * (after / s)) * (LatentOps.squaredNorm(whole) - parts);
    }

    private boolean isProduct() {
        return !with.isEmpty() && betaWith > 0;
    }

    /// The powers together.
    private double sum() {
        return isProduct() ? beta + betaWith : beta;
    }
}
