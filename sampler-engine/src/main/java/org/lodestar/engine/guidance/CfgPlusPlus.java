package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// CFG++: guides the clean sample by an interpolation and goes back to noise in the reference's direction.
///
/// ```
/// D = D_r + w*(D_c - D_r),   noise n_r
/// ```
///
/// With the first-order move `x' = alpha'*D + sigma'*n_r` one step equals a CFG step of weight `w*alpha'*sigma/(alpha'*sigma - sigma'*alpha)`, so that more steps guide
/// more. The reference is asked even at `w = 1`; where it was not asked (guidance off), the prompt's own noise serves.
///
/// Source: Chung et al. 2024, arXiv 2406.08070.
public record CfgPlusPlus(double w) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "cfgpp",
                    "CFG++",
                    "CFG++, guidance that stays among the likely pictures",
                    "A gentler way to be literal: early steps stay believable, colours calm. Its strength runs from 0 to 1; 0.6 is about CFG 7.5.",
                    "D = D_r + w*(D_c - D_r), noise n_r",
                    "arXiv 2406.08070",
                    Descriptor.Fidelity.EXACT,
                    List.of(ParameterSpec.number(
                            "w",
                            "Strength",
                            0,
                            2,
                            1,
                            0.6,
                            0.02,
                            "How strongly the picture follows the prompt, on CFG++'s own scale: 0.2 is about CFG 2, 0.6 about 7.5, 1 about 12.5."))),
            Set.of(Slot.STRENGTH, Slot.COUPLE),
            "2",
            parameters -> new CfgPlusPlus(parameters.number("w")));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public double weight(StepContext context) {
        return w;
    }

    @Override
    public boolean needsReferenceAtOne() {
        return true;
    }

    @Override
    public Latents couple(Estimates estimates, Latents guided) {
        return estimates.reference().noise();
    }
}
