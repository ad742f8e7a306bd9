package org.lodestar.engine.guidance;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.ParameterSpec;
import org.lodestar.engine.schedule.NoiseLevel;

/// PCG, predictor-corrector guidance: Langevin moves under guidance at the level where the picture is, then the step under the prompt alone.
///
/// ```
/// x := alpha*D + sigma*(c*n + sqrt(1-c^2)*z)      `moves` times; D, n at x by the rest of the stack, z fresh noise
/// c  = ((sigma'/alpha') / (sigma/alpha))^size
/// result: the prompt's estimate at x
/// ```
///
/// A move is the Langevin step `x + e/2*score + sqrt(e)*z` of size `e = -2*sigma^2*ln(c)`, `score = -n/sigma`, with D held still meanwhile: the same to first order, and the picture keeps the noise
/// of its level however long the step. At `size = 1`, `e` is the noise variance that DDPM forgets in the step, `sigma^2 - (alpha/alpha')^2*sigma'^2`, to first order too. One move of that
/// size at strength `2w - 1` and a deterministic step make DDPM with CFG at `w` in the limit of many steps, since
/// `s_c/2 + ((1-v)*s_u + v*s_c)/2 = (1-w)*s_u + w*s_c` for `v = 2w - 1`. Many moves draw from `q_u^(1-v)*q_c^v` of the level, which CFG does not.
///
/// Neutral is the prompt alone, at `moves = 0`, not CFG. So are later stages of a step, a step from pure noise, where there is nothing to put right, and the step to the clean picture, which
/// forgets all noise. For samplers that add no noise and go on from the estimate they are given (`euler`, `ddim`).
///
/// Source: Bradley and Nakkiran 2024, arXiv 2408.09000, at second hand; the form of the move is chosen here.
public record PredictorCorrector(int moves, double size) implements GuidancePolicy {

    public static final PolicyType TYPE = new PolicyType(
            new Descriptor(
                    "pcg",
                    "PCG",
                    "Predictor-corrector guidance",
                    "Takes each step by your prompt alone, after guidance has shaken the picture into place. A strength of 5 pushes about as hard as CFG at 3; several shakes draw closer to your words.",
                    "x := alpha*D + sigma*(c*n + sqrt(1-c^2)*z), c = ((sigma'/alpha')/(sigma/alpha))^size; then D = D_c at x",
                    "arXiv 2408.09000",
                    Descriptor.Fidelity.RECONSTRUCTED,
                    List.of(
                            ParameterSpec.whole("moves", "Shakes", 0, 20, 1, "How often the picture is shaken into place before each step; 0 follows the prompt without guidance."),
                            ParameterSpec.number("size", "Size of a shake", 0, 4, 1, 0.05, "How far a shake goes; 1 shakes as much as DDPM does."))),
            Set.of(Slot.AROUND),
            "1, and 2 more for each move; 1 at the last step",
            p -> new PredictorCorrector((int) p.number("moves"), p.number("size")));

    @Override
    public Set<Slot> slots() {
        return TYPE.slots();
    }

    @Override
    public Evaluation<GuidanceOutcome> around(StepContext context, PolicyState state, Inner inner) {
        double kept = StrictMath.pow(context.nextLevel().karrasSigma() / context.level().karrasSigma(), size);
        boolean corrects = moves > 0 && context.stage() == 0 && context.level().alpha() > 0 && !context.nextLevel().isClean();
        return corrects ? moved(context, kept, 0, List.of(), inner) : inner.unguided(context);
    }

    /// @param asked names of the branches that earlier moves asked
    private Evaluation<GuidanceOutcome> moved(StepContext context, double kept, int move, List<String> asked, Inner inner) {
        return inner.evaluate(context).flatMap(guided -> {
            StepContext there = context.at(moved(guided.guided(), context, kept, move), context.level());
            List<String> all = Stream.concat(asked.stream(), guided.telemetry().branches().stream()).toList();
            return move + 1 < moves ? moved(there, kept, move + 1, all, inner) : inner.unguided(there).map(own -> predicted(guided, own, all));
        });
    }

    private static Latents moved(Prediction guided, StepContext context, double kept, int move) {
        NoiseLevel level = context.level();
        double fresh = level.sigma() * Math.sqrt(1 - kept * kept);
        return LatentOps.combine(level.alpha(), guided.denoised(), level.sigma() * kept, guided.noise(), fresh, context.noise().apply(move));
    }

    /// The prompt's own estimate, told with what guidance did in the last move.
    private static GuidanceOutcome predicted(GuidanceOutcome last, GuidanceOutcome own, List<String> asked) {
        List<String> all = Stream.concat(asked.stream(), own.telemetry().branches().stream()).toList();
        return new GuidanceOutcome(own.guided(), own.cond(), last.reference(), last.telemetry().asking(all), last.next());
    }
}
