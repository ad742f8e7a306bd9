package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.lodestar.engine.latent.Combination;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// APG in the form that the diffusers library gives it: on the raw network output `y`, and counted from the reference.
///
/// ```
/// g = y_c - y_r, filtered as in [Apg] against y_c
/// y = y_r + w*g, or with from=prompt  y = y_c + (w-1)*g
/// ```
///
/// The two agree only where the filter changes nothing. `from=prompt` is its "original formulation" of scale `w - 1`. Offered so that its pictures can be made again.
public record ApgDiffusers(double w, ProjectedDifference projection, boolean fromPrompt) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "apg_diffusers",
                    "APG (diffusers)",
                    "Adaptive projected guidance as diffusers computes it",
                    "The variant of APG found in the diffusers library, to remake pictures from there. For new work APG itself is the better choice.",
                    "y the network output: g = y_c - y_r filtered as in apg against y_c; y = y_r + w*g, from=prompt: y = y_c + (w-1)*g",
                    "diffusers 0.40, AdaptiveProjectedGuidance",
                    Descriptor.Fidelity.EXACT,
                    Stream.concat(
                                    Apg.parameters(7.5, 1, 15, 0).stream(),
                                    Stream.of(new ParameterSpec.Choice(
                                            "from",
                                            "Counted from",
                                            List.of("reference", "prompt"),
                                            "reference",
                                            "Where the push starts: at the picture without your words, or at the one with them (the library's original formulation).")))
                            .toList()),
            Set.of(Slot.STRENGTH, Slot.FILTER, Slot.COMBINE),
            "2; 1 at strength 1",
            parameters -> new ApgDiffusers(parameters.number("w"), Apg.projection(parameters), parameters.text("from").equals("prompt")));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public double weight(StepContext context) {
        return w;
    }

    @Override
    public Filtered filter(Estimates estimates, Combination difference, PolicyState state) {
        Space output = Space.named("output", estimates.context());
        Latents cond = output.of(estimates.cond());
        Combination raw = Combination.difference(cond, output.of(estimates.reference()));
        Filtered filtered = projection.apply(raw, cond, state);
        Latents clean = output.denoisedChange(filtered.difference().latents());
        return new Filtered(Combination.of(clean), filtered.next(), filtered.momentumNorm(), filtered.capHit());
    }

    @Override
    public Latents combine(Estimates estimates, Latents difference) {
        return fromPrompt ? estimates.fromCond(difference) : estimates.fromReference(difference);
    }
}
