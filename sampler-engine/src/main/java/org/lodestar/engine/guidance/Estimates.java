package org.lodestar.engine.guidance;

import java.util.List;
import java.util.NoSuchElementException;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Prediction;

/// The answers one guided evaluation works with.
///
/// @param context   where in the run
/// @param cond      the estimate under the prompt
/// @param reference the estimate under the second branch; `cond` itself where the second branch was not asked
/// @param compared  whether the second branch was asked or estimated, so that there is something to compare the prompt's estimate with
/// @param answers   the estimates of all branches asked, among them those that policies asked for
/// @param weight    the guidance weight w in force
public record Estimates(
        StepContext context, Prediction cond, Prediction reference, boolean compared, List<Answer> answers, double weight) {
    public Estimates {
        answers = List.copyOf(answers);
    }

    /// What is known once the prompt has answered, first of all, and before it is compared with anything.
    static Estimates prompt(StepContext context, List<Answer> answers) {
        Prediction asked = answers.getFirst().estimate();
        return new Estimates(context, asked, asked, false, answers, 1);
    }

    /// The same, compared with another second branch.
    Estimates comparedWith(Prediction other) {
        return new Estimates(context, cond, other, true, answers, weight);
    }

    /// What one branch answered.
    public record Answer(Branch branch, Prediction estimate) {}

    /// The estimate of a branch named by [GuidancePolicy#extras].
    ///
    /// @throws NoSuchElementException if it was not asked for
    public Prediction of(Branch branch) {
        // A list, not a map: there are few of them, and the hash of a branch would run over its whole embedding.
        return answers.stream()
                .filter(answer -> answer.branch().equals(branch))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("no estimate of branch " + branch.name()))
                .estimate();
    }

    /// `D_c + (w-1)*g`, the guided clean sample counted from the prompt's.
    public Latents fromCond(Latents difference) {
        return LatentOps.addScaled(cond.denoised(), weight - 1, difference);
    }

    /// `D_r + w*g`, the guided clean sample counted from the reference's. The same as [#fromCond] only where `g` is `D_c - D_r`.
    public Latents fromReference(Latents difference) {
        return LatentOps.addScaled(reference.denoised(), weight, difference);
    }

    /// The guided clean sample where the reference is moved to `D_r + change` before the difference is taken: `D_r + change + w*(g - change)`.
    Latents fromMovedReference(Latents change, Latents difference) {
        return LatentOps.combine(1, reference.denoised(), weight, difference, 1 - weight, change);
    }
}
