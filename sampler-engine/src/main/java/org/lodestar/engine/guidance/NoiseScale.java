package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.schedule.NoiseLevel;

/// A scale on the predicted noise: epsilon scaling, and temporal score rescaling.
///
/// ```
/// n := n*r,   r = 1/shrink * (e + 1)/(e/cool + 1),   e = (spread*alpha/sigma)^2;   D = (x - sigma*n)/alpha
/// ```
///
/// `shrink` a little above 1 takes back what nets overestimate on their own samples (exposure bias). `cool` is an inverse temperature: for data that are
/// Gaussian with standard deviation `spread` the rescaled noise is exactly that of data with the variance divided by `cool`; above 1 fewer extremes, below 1
/// more variety. Needs no second branch and works without guidance. At `alpha = 0` and at `sigma = 0` the estimate is left alone. Neutral: `shrink = 1, cool =
/// 1`.
///
/// Source: epsilon scaling, Ning et al. 2023, arXiv 2308.15321 (1.005); temporal score rescaling from secondary sources, with the factor rederived for
/// Gaussians.
///
/// @param shrink what the noise is divided by
/// @param cool   inverse temperature
/// @param spread standard deviation of clean latents
public record NoiseScale(double shrink, double cool, double spread) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "noise_scale",
                    "Noise scale",
                    "Epsilon scaling and temperature",
                    "Corrects a habit of all models to see a little too much noise late on, for cleaner fine detail; or turns variety up and down like a "
                            + "temperature.",
                    "n := n/shrink*(e+1)/(e/cool+1), e = (spread*alpha/sigma)^2",
                    "arXiv 2308.15321",
                    Descriptor.Fidelity.RECONSTRUCTED,
                    List.of(
                            ParameterSpec.number(
                                    "shrink", "Less noise", 0.9, 1.1, 1.005, 0.001,
                                    "What the predicted noise is divided by: 1.005 is usual, 1 does nothing, much more blurs."),
                            ParameterSpec.number(
                                    "cool", "Coolness", 0.5, 2, 1, 0.01,
                                    "Above 1 the picture keeps to what is typical, below 1 (try 0.95) it ventures further; 1 does nothing."),
                            ParameterSpec.number(
                                    "spread", "Usual range", 0.1, 10, 2, 1, 0.05,
                                    "Standard deviation of the model's clean latents, which coolness reckons with: 1 for most."))),
            Set.of(Slot.CORRECT),
            "0",
            parameters -> new NoiseScale(parameters.number("shrink"), parameters.number("cool"), parameters.number("spread")));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Corrected correct(Estimates estimates, Latents guided, PolicyState state) {
        NoiseLevel level = estimates.context().level();
        if (level.alpha() == 0 || level.isClean()) {
            return new Corrected(guided, state);
        }
        double r = scale(level);
        // n = (x - alpha*D)/sigma put into D = (x - sigma*r*n)/alpha.
        return new Corrected(r == 1 ? guided : LatentOps.combine(r, guided, (1 - r) / level.alpha(), estimates.context().x()), state);
    }

    private double scale(NoiseLevel level) {
        double e = Math.pow(spread * level.alpha() / level.sigma(), 2);
        return (e + 1) / (e / cool + 1) / shrink;
    }
}
