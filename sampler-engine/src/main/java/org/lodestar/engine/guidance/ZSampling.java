package org.lodestar.engine.guidance;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.schedule.NoiseLevel;

/// Z-Sampling: one step down with guidance, the same step back up without much of it, and down again from there.
///
/// ```
/// x' = alpha'*D + sigma'*n                       zig, guided by the rest of the stack
/// x~ = alpha*(x' - sigma'*n_lo)/alpha' + sigma*n_lo    zag, n_lo = n_r + lo*(n_c - n_r) asked at (x', level of x), of the net itself or of the weak one
/// result: the guided estimate at x~
/// ```
///
/// What guidance added survives the way back, so each step looks at the picture twice. Only the first stage of a step zigzags, and not the last step. With
/// `net=weak` it is W2SD: what the net knows better than its weak companion survives as well, at any strength back, even that forward.
///
/// Source: Bai et al. 2024, arXiv 2412.10891; W2SD, arXiv 2502.00473.
///
/// @param lo    guidance weight of the way back
/// @param share of the steps, from the start, that go to and fro
/// @param net   which finds the way back
public record ZSampling(double lo, double share, Branch.Net net) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "zigzag",
                    "Z-Sampling",
                    "Zigzag sampling",
                    "Goes forward, back and forward again at every step, so that the picture takes in your words better. Costs two and a half times as much.",
                    "x' = alpha'*D + sigma'*n; x~ = alpha*(x' - sigma'*n_lo)/alpha' + sigma*n_lo; D, n at x~",
                    "arXiv 2412.10891, arXiv 2502.00473",
                    Descriptor.Fidelity.EXACT,
                    List.of(
                            ParameterSpec.number(
                                    "lo", "Strength back", 0, 20, 5, 0, 0.1,
                                    "How strongly the way back follows the prompt; well below the strength forward."),
                            ParameterSpec.number(
                                    "share", "Share of steps", 0, 1, 1, 0.05,
                                    "Share of the steps, from the start, that go to and fro; 0 is plain guidance."),
                            new ParameterSpec.Choice(
                                    "net", "Way back by", List.of("main", "weak"), "main", "Who finds the way back: the model itself, or its weak version, "
                                            + "whose mistakes are then left behind (W2SD)."))),
            Set.of(Slot.AROUND),
            "5 at strength back 0 or 1, else 6; 2 at the last step",
            p -> new ZSampling(p.number("lo"), p.number("share"), p.text("net").equals("weak") ? Branch.Net.WEAK : Branch.Net.MAIN));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Set<Branch.Net> nets() {
        return share == 0 || net == Branch.Net.MAIN ? Set.of(Branch.Net.MAIN) : Set.of(Branch.Net.MAIN, net);
    }

    @Override
    public boolean asksBase(StepContext context) {
        return lo != 1 && zigzags(context, share);
    }

    @Override
    public Evaluation<GuidanceOutcome> around(StepContext context, PolicyState state, Inner inner) {
        return zigzag(context, share, inner, back -> back(back, inner));
    }

    private Evaluation<WayBack> back(StepContext context, Inner inner) {
        Branch base = net == Branch.Net.WEAK ? context.branches().base().to(net) : context.branches().base();
        if (lo == 0) {
            return Evaluation.ask(new Query(base, context.x(), context.level())).map(answer -> new WayBack(answer.noise(), List.of(base.name())));
        }
        return inner.prompt(context, net, lo == 1 ? List.of() : List.of(base)).map(prompted -> {
            Latents noise = prompted.estimate().noise();
            return new WayBack(lo == 1 ? noise : LatentOps.extrapolate(prompted.beside().getFirst().noise(), noise, lo), prompted.asked());
        });
    }

    /// The noise of the way back.
    ///
    /// @param asked names of the branches that were asked for it
    record WayBack(Latents noise, List<String> asked) {}

    private static boolean zigzags(StepContext context, double share) {
        NoiseLevel next = context.nextLevel();
        return !next.isClean() && next.alpha() > 0 && context.stage() == 0 && context.within(0, share);
    }

    /// The zigzag of the formula above.
    ///
    /// @param share of the steps, from the start, that go to and fro
    /// @param back  finds the noise of the way back at `(x', level of x)`
    static Evaluation<GuidanceOutcome> zigzag(StepContext context, double share, Inner inner, Function<StepContext, Evaluation<WayBack>> back) {
        if (!zigzags(context, share)) {
            return inner.evaluate(context);
        }
        NoiseLevel here = context.level();
        NoiseLevel next = context.nextLevel();
        return inner.evaluate(context).flatMap(zig -> {
            Latents down = LatentOps.combine(next.alpha(), zig.guided().denoised(), next.sigma(), zig.guided().noise());
            return back.apply(context.at(down, here)).flatMap(way -> {
                double scale = here.alpha() / next.alpha();
                Latents up = LatentOps.combine(scale, down, here.sigma() - scale * next.sigma(), way.noise);
                List<String> asked = new ArrayList<>(zig.telemetry().branches());
                asked.addAll(way.asked);
                return inner.evaluate(context.at(up, here))
                        .map(zag -> new GuidanceOutcome(zag.guided(), zag.cond(), zag.reference(), zag.telemetry().askedBefore(asked), zag.next()));
            });
        });
    }
}
