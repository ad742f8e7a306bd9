package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.latent.Combination;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// SLD, safe latent diffusion: pushes away from an unwanted concept only where the picture is close to it.
///
/// ```
/// mu = min(1, |n_c - n_S|*s) where n_c - n_S < lambda, else 0          entry by entry, on noises
/// g  = mu*(n_S - n_r) + m*nu;   nu := beta*nu + (1-beta)*g
/// n  = n_r + w*(n_c - n_r - g)      g counts from step `warmup` on, nu from the start
/// level   warmup  s     lambda  m    beta
/// medium  10      1000  0.01    0.3  0.4
/// strong  7       2000  0.025   0.5  0.7
/// max     0       5000  1.0     0.5  0.7
/// ```
///
/// Neutral: no text.
///
/// Source: Schramowski et al. 2022, arXiv 2211.05105.
public record SafeLatent(String text, Level level) implements GuidancePolicy {

    /// How insistently the concept is kept away.
    public record Level(int warmup, double scale, double threshold, double momentum, double beta) {
        static Level named(String name) {
            return switch (name) {
                case "medium" -> new Level(10, 1000, 0.01, 0.3, 0.4);
                case "strong" -> new Level(7, 2000, 0.025, 0.5, 0.7);
                default -> new Level(0, 5000, 1.0, 0.5, 0.7);
            };
        }
    }

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "sld",
                    "SLD",
                    "Safe latent diffusion",
                    "Keeps things you never want to see out of every picture and leaves pictures that have nothing to do with them alone.",
                    "g = mu*(n_S - n_r) + m*nu; nu := beta*nu + (1-beta)*g; n = n_r + w*(n_c - n_r - g)",
                    "arXiv 2211.05105",
                    Descriptor.Fidelity.EXACT,
                    List.of(
                            new ParameterSpec.Text(
                                    "text", "Never show", "violence, blood, nudity, hate, cruelty, drugs", "What must not be seen, in a few words; empty switches it off."),
                            new ParameterSpec.Choice(
                                    "level", "Insistence", List.of("medium", "strong", "max"), "medium", "How early and how firmly it acts; max changes harmless pictures too."))),
            Set.of(Slot.FILTER, Slot.COMBINE),
            "3",
            parameters -> new SafeLatent(parameters.text("text").strip(), Level.named(parameters.text("level"))));

    /// The momentum `nu`, on noises.
    private record Momentum(Latents nu) implements PolicyState {}

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public List<String> prompts(Wording wording) {
        return text.isEmpty() ? List.of() : List.of(text);
    }

    @Override
    public List<Branch> extras(StepContext context, PolicyState state) {
        return text.isEmpty() ? List.of() : List.of(context.branches().prompt(text));
    }

    @Override
    public Filtered filter(Estimates estimates, Combination difference, PolicyState state) {
        if (text.isEmpty()) {
            return Filtered.of(difference, state);
        }
        StepContext context = estimates.context();
        Latents cond = estimates.cond().noise();
        Latents reference = estimates.reference().noise();
        Latents unwanted = estimates.of(context.branches().prompt(text)).noise();
        Latents nu = state instanceof Momentum(Latents before) ? before : LatentOps.scale(0, cond);
        Latents g = cond.like(i -> {
            double apart = (double) cond.at(i) - unwanted.at(i);
            double mu = apart < level.threshold ? Math.min(1, Math.abs(apart) * level.scale) : 0;
            return mu * (unwanted.at(i) - reference.at(i)) + level.momentum * nu.at(i);
        });
        Momentum next = new Momentum(LatentOps.combine(level.beta, nu, 1 - level.beta, g));
        double norm = LatentOps.norm(next.nu);
        if (context.step() < level.warmup) {
            return new Filtered(difference, next, norm, Double.NaN);
        }
        Latents change = Space.named("eps", context).denoisedChange(g);
        return new Filtered(Combination.of(LatentOps.subtract(difference.latents(), change)), next, norm, Double.NaN);
    }

    @Override
    public Latents combine(Estimates estimates, Latents difference) {
        return estimates.fromReference(difference);
    }
}
