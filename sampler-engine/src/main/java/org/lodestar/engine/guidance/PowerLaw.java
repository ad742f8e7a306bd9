package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.latent.Combination;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.PairSums;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// Power-law CFG: the strength follows the size of the difference itself.
///
/// ```
/// g = d*(r/usual)^gamma,   d = D_c - D_r,   r = |c - r|/sqrt(n) of noises (space=eps) or clean samples (space=x0), n values
/// D = D_c + (w-1)*g
/// ```
///
/// With `gamma > 0` large differences push more than in proportion and small ones, late in the run, hardly at all; with `gamma < 0` all push alike, which is
/// the norm power of beta-CFG: together with `curve(shape=beta)` it is that method, counted from the prompt. The sources take powers of the norm itself, so
/// that their strengths belong to one latent size; here a difference of the root mean square `usual` counts as CFG would count it, which is the same family
/// with another unit of strength. A zero difference stays zero. Neutral: `gamma = 0`.
///
/// Source: Pavasovic et al. 2025, arXiv 2502.07849 (power law, 0.9); Malarz et al. 2025, arXiv 2502.10574 (beta-CFG); both from secondary sources, which do not
/// name the space.
///
/// @param gamma the power
/// @param usual size at which nothing changes, above 0
/// @param space where the size is measured: `eps` or `x0`
public record PowerLaw(double gamma, double usual, String space) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "power",
                    "Power law",
                    "Power-law guidance",
                    "Lets big pushes count more and small ones less: bold where your words matter, quiet where they change nothing. Below zero it evens them "
                            + "out.",
                    "g = d*(rms/usual)^gamma; D = D_c + (w-1)*g",
                    "arXiv 2502.07849, arXiv 2502.10574",
                    Descriptor.Fidelity.RECONSTRUCTED,
                    List.of(
                            ParameterSpec.number(
                                    "gamma", "Power", -1, 2, 0.9, 0.05, "0.9 as published makes big pushes count more; 0 is plain guidance; -0.5 evens them "
                                            + "out, as beta-CFG does with the beta curve."),
                            ParameterSpec.number(
                                    "usual", "Usual push", 0.001, 10, 1, 0.1, 0.01,
                                    "Size of the push (root mean square) at which the strength counts as set; smaller makes everything stronger."),
                            new ParameterSpec.Choice(
                                    "space", "Measured on", List.of("eps", "x0"), "eps",
                                    "Where the push is measured: on the predicted noises, or on the predicted clean pictures."))),
            Set.of(Slot.FILTER),
            "0",
            parameters -> new PowerLaw(parameters.number("gamma"), parameters.number("usual"), parameters.text("space")));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Filtered filter(Estimates estimates, Combination difference, PolicyState state) {
        if (gamma == 0) {
            return Filtered.of(difference, state);
        }
        Space in = Space.named(space, estimates.context());
        double size = Math.sqrt(PairSums.of(in.of(estimates.cond()), in.of(estimates.reference())).squaredDistance() / difference.size());
        if (size == 0) {
            return Filtered.of(difference, state);
        }
        return Filtered.of(LatentOps.scale(Math.pow(size / usual, gamma), difference.latents()), state);
    }
}
