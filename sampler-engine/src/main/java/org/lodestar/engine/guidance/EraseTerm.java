package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.lodestar.engine.latent.Combination;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.latent.PairSums;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// Guidance-term swap: takes a concept out of the guidance difference and, if wanted, puts another one in its place.
///
/// ```
/// g = D_c - D_0;  e = D_erase - D_0;  a = D_instead - D_0;   k = max(0, <g,e>/|e|^2)
/// D = D_0 + w*(g - k*e + k*a)
/// ```
///
/// Where the prompt has nothing of the concept, k is 0 and nothing changes. A way of erasing at sampling time, in place of fine-tuned weights. Neutral: no concept.
///
/// Source: after the guidance-term constraint of arXiv 2312.12807.
public record EraseTerm(String concept, String instead) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "erase",
                    "Erase",
                    "Swapped guidance term",
                    "Takes one thing out of what your prompt asks for and can put another in its place; pictures without it stay as they are.",
                    "g = D_c - D_0; e, a likewise; k = max(0, <g,e>/|e|^2); D = D_0 + w*(g - k*e + k*a)",
                    "after arXiv 2312.12807",
                    Descriptor.Fidelity.APPROXIMATION,
                    List.of(
                            new ParameterSpec.Text("concept", "Erase", "", "What is taken out, in a few words; empty takes nothing out."),
                            new ParameterSpec.Text("instead", "Put in instead", "", "What takes its place, in a few words; empty leaves the place free."))),
            Set.of(Slot.REFERENCE, Slot.FILTER, Slot.COMBINE),
            "3; 4 with a replacement",
            parameters -> new EraseTerm(parameters.text("concept").strip(), parameters.text("instead").strip()));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public List<String> prompts(Wording wording) {
        return texts();
    }

    private List<String> texts() {
        return concept.isEmpty() ? List.of() : Stream.of(concept, instead).filter(text -> !text.isEmpty()).toList();
    }

    @Override
    public Branch reference(StepContext context, PolicyState state) {
        return concept.isEmpty() ? context.branches().base() : context.branches().empty();
    }

    @Override
    public boolean needsReferenceAtOne() {
        return !concept.isEmpty();
    }

    @Override
    public List<Branch> extras(StepContext context, PolicyState state) {
        return texts().stream().map(context.branches()::prompt).toList();
    }

    @Override
    public Filtered filter(Estimates estimates, Combination difference, PolicyState state) {
        if (concept.isEmpty()) {
            return Filtered.of(difference, state);
        }
        Latents empty = estimates.reference().denoised();
        Latents erase = estimates.of(estimates.context().branches().prompt(concept)).denoised();
        Latents e = LatentOps.subtract(erase, empty);
        PairSums sums = difference.sumsWith(e);
        double k = sums.yy() == 0 ? 0 : Math.max(0, sums.xy() / sums.yy());
        if (k == 0) {
            return Filtered.of(difference, state);
        }
        Latents without = LatentOps.combineExactly(1, difference.latents(), -k, e);
        if (instead.isEmpty()) {
            return Filtered.of(without, state);
        }
        Latents wanted = estimates.of(estimates.context().branches().prompt(instead)).denoised();
        return Filtered.of(LatentOps.addScaledDifference(without, k, wanted, empty), state);
    }

    @Override
    public Latents combine(Estimates estimates, Latents difference) {
        return estimates.fromReference(difference);
    }
}
