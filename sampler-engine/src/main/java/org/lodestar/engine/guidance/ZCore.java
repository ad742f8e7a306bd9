package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;

/// Z-CoRe: the zigzag of [ZSampling] with CoRe2's small net `g` on the way back, which guesses the guided noise from the prompt's alone.
///
/// ```
/// x' = alpha'*D + sigma'*n                              zig, guided by the rest of the stack
/// x~ = alpha*(x' - sigma'*n_b)/alpha' + sigma*n_b       zag, n_b = n_c + omega*(g(n_c) - n_c) at (x', level of x)
/// result: the guided estimate at x~
/// ```
///
/// `omega = 0` goes back by the prompt alone, like `zigzag(lo=1)`, and does not ask `g`; 1 goes back as strongly as `g` has learnt to guide. Neutral: `share = 0`.
///
/// Source: CoRe2, arXiv 2503.09662, its variant for Z-Sampling.
public record ZCore(double omega, double share) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "zcore",
                    "Z-CoRe",
                    "Zigzag with a quick guess",
                    "Goes forward, back and forward again at every step, with a small companion net finding the way back: the zigzag's grasp of your words, a little cheaper. "
                            + "Needs such a companion.",
                    "x~ = alpha*(x' - sigma'*n_b)/alpha' + sigma*n_b, n_b = n_c + omega*(g(n_c) - n_c); D, n at x~",
                    "arXiv 2503.09662",
                    Descriptor.Fidelity.EXACT,
                    List.of(
                            ParameterSpec.number("omega", "Strength back", 0, 2, 0.3, 0.05, "How strongly the way back is guided: 0 not at all, 1 as the companion learnt."),
                            ParameterSpec.number("share", "Share of steps", 0, 1, 1, 0.05, "Share of the steps, from the start, that go to and fro; 0 is plain guidance."))),
            Set.of(Slot.AROUND),
            "6, one of them of the companion net; 5 at strength back 0; 2 at the last step",
            parameters -> new ZCore(parameters.number("omega"), parameters.number("share")));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Set<Branch.Net> nets() {
        return omega == 0 || share == 0 ? Set.of(Branch.Net.MAIN) : Set.of(Branch.Net.MAIN, Branch.Net.REFLECTED);
    }

    @Override
    public Evaluation<GuidanceOutcome> around(StepContext context, PolicyState state, Inner inner) {
        return ZSampling.zigzag(context, share, inner, back -> back(back, inner));
    }

    private Evaluation<ZSampling.WayBack> back(StepContext context, Inner inner) {
        return inner.prompt(context, Branch.Net.MAIN, List.of()).flatMap(prompted -> {
            Latents noise = prompted.estimate().noise();
            if (omega == 0) {
                return Evaluation.done(new ZSampling.WayBack(noise, prompted.asked()));
            }
            Query reflected = Core2.reflected(context, prompted.branch(), noise);
            List<String> asked = Stream.concat(prompted.asked().stream(), Stream.of(reflected.branch().name())).toList();
            return Evaluation.ask(reflected).map(guess -> new ZSampling.WayBack(LatentOps.extrapolate(noise, guess.noise(), omega), asked));
        });
    }
}
