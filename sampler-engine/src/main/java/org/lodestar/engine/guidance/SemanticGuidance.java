package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// SEGA, semantic guidance: one more idea steers the picture, only where it matters most.
///
/// ```
/// psi = n_e - n_0, or n_0 - n_e to take it away                     n_e under the text, n_0 under the empty prompt
/// g   = s*psi where |psi| >= its `quantile` within the channel, else 0;  g := g + 0.1*nu;   nu := 0.4*nu + 0.6*g
/// n   := n + g      for i >= floor(from*N), step i of N; nu from the start
/// ```
///
/// Acts on whatever the rest of the stack made; several may stand together. With `quantile = 0`, at the first step, it is [FurtherPrompt]. Nothing is done at
/// `alpha = 0`, where noise says nothing of the picture. Neutral: no text, or `s = 0`.
///
/// Source: Brack et al. 2023, arXiv 2301.12247, whose warm-up of 10 of 50 steps is a share here; numbers of its momentum from secondary sources.
///
/// @param text     what steers, or ""
/// @param away     whether it is taken away
/// @param s        how strongly
/// @param quantile share of each channel that is left alone
/// @param from     share of the steps before it acts
public record SemanticGuidance(String text, boolean away, double s, double quantile, double from) implements GuidancePolicy {

    private static final double MOMENTUM = 0.1;
    private static final double MEMORY = 0.4;

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "sega",
                    "SEGA",
                    "Semantic guidance",
                    "Adds or removes one trait, such as glasses or a smile, only in the spots that it concerns, and keeps the rest of the picture as it was.",
                    "psi = n_e - n_0; g = s*psi where |psi| is in the top share, else 0; n := n + g + 0.1*nu; nu := 0.4*nu + 0.6*g",
                    "arXiv 2301.12247",
                    Descriptor.Fidelity.RECONSTRUCTED,
                    List.of(
                            new ParameterSpec.Text("text", "Trait", "", "What to add or take away, in a few words; empty does nothing."),
                            new ParameterSpec.Choice(
                                    "direction", "Direction", List.of("add", "remove"), "add",
                                    "Whether the trait is brought into the picture, or taken out of it."),
                            ParameterSpec.number("s", "Strength", 0, 50, 15, 5, 0.1, "How strongly the picture is steered in those spots; 0 does nothing."),
                            ParameterSpec.number(
                                    "quantile", "Left alone", 0, 1, 0.9, 0.01,
                                    "Share of the picture that is left alone: 0.9 steers the tenth that the trait concerns most."),
                            ParameterSpec.number(
                                    "from", "Start", 0, 1, 0.2, 0.01,
                                    "Share of the steps before it acts, so that the picture is laid out by then; earlier it changes the layout too."))),
            Set.of(Slot.CORRECT),
            "1 more; 2 more beside a negative prompt",
            p -> new SemanticGuidance(p.text("text").strip(), p.text("direction").equals("remove"), p.number("s"), p.number("quantile"), p.number("from")));

    /// The momentum `nu`, on noises.
    private record Momentum(Latents nu) implements PolicyState {}

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public List<String> prompts(Wording wording) {
        return isNeutral() ? List.of() : List.of(text);
    }

    @Override
    public List<Branch> extras(StepContext context, PolicyState state) {
        return isNeutral() ? List.of() : List.of(context.branches().prompt(text), context.branches().empty());
    }

    @Override
    public Corrected correct(Estimates estimates, Latents guided, PolicyState state) {
        if (isNeutral()) {
            return new Corrected(guided, state);
        }
        StepContext context = estimates.context();
        Latents asked = estimates.of(context.branches().prompt(text)).noise();
        Latents empty = estimates.of(context.branches().empty()).noise();
        Latents psi = away ? LatentOps.subtract(empty, asked) : LatentOps.subtract(asked, empty);
        Latents nu = state instanceof Momentum(Latents before) ? before : LatentOps.scale(0, psi);
        Latents g = LatentOps.combine(s, strongest(psi), MOMENTUM, nu);
        Momentum next = new Momentum(LatentOps.combine(MEMORY, nu, 1 - MEMORY, g));
        if (!context.within(from, 1)) {
            return new Corrected(guided, next);
        }
        return new Corrected(LatentOps.add(guided, Space.named("eps", context).denoisedChange(g)), next);
    }

    /// `psi` where it is among the largest of its channel, else 0.
    private Latents strongest(Latents psi) {
        int plane = psi.height() * psi.width();
        double[] least = new double[psi.channels()];
        for (int channel = 0; channel < least.length; channel++) {
            IntStream cells = IntStream.range(channel * plane, (channel + 1) * plane);
            least[channel] = Quantile.of(cells.mapToDouble(i -> Math.abs(psi.at(i))).sorted().toArray(), quantile);
        }
        return psi.like(i -> Math.abs((double) psi.at(i)) >= least[i / plane] ? psi.at(i) : 0);
    }

    private boolean isNeutral() {
        return text.isEmpty() || s == 0;
    }
}
