package org.lodestar.engine.run;

import java.util.List;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.model.Prediction;

/// How far the prompt pulled a sample away from the second branch over some steps, the accumulated score differences (ASD):
///
/// ```
/// E = sum over the steps of |n_c - n_r|
/// ```
///
/// Counted on the noise estimates, which are the scores times `-sigma`: at one level this orders seeds as any other space would, and over several levels no step outweighs the rest, as early ones would on clean samples
/// (times `sigma/alpha`) and late ones on scores (divided by `sigma`). In pure noise, where `alpha` is 0, all scores agree and a step adds 0. The norm is over the whole latent, so that sums of one size only can be compared.
///
/// Source: the idea is that of "Diffusion Sampling Path Tells More", arXiv 2505.23343; its space and weights of steps are not followed to the letter.
public final class ScoreDifferences {

    private ScoreDifferences() {}

    /// `E`, from the first evaluation of each step; steps in which only one branch was asked add nothing. NaN where that holds for all.
    public static double sum(List<StepRecord> steps) {
        double sum = Double.NaN;
        for (StepRecord step : steps) {
            Prediction cond = step.cond();
            Prediction reference = step.reference();
            if (cond != null && reference != null) {
                double norm = Math.sqrt(LatentOps.squaredNorm(LatentOps.subtract(cond.noise(), reference.noise())));
                sum = Double.isNaN(sum) ? norm : sum + norm;
            }
        }
        return sum;
    }
}
