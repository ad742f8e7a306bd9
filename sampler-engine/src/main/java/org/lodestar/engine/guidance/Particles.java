package org.lodestar.engine.guidance;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.schedule.NoiseLevel;

/// How the samples of a batch act as particles of one distribution: after each step every particle gains log-weight, and now and then the light ones are replaced by copies of the heavy ones.
public interface Particles {

    /// What a particle's log-weight gains in the guided step from `here` to `next`.
    ///
    /// @param reference null where there was no second branch
    double gain(NoiseLevel here, NoiseLevel next, Prediction cond, @Nullable Prediction reference);

    /// Resample below this effective share of the particles: 0 never does, 1 always.
    double ess();

    /// Bound of the log-weights around their mean; 0 = none.
    double clamp();

    /// What the first state is multiplied with, so that it is a draw from the target at the noisiest level.
    default double startScale() {
        return 1;
    }

    /// The particles' normalised weights.
    default List<Double> weights(List<Double> logWeights) {
        return normalise(logWeights, clamp());
    }

    /// Whether to resample now.
    ///
    /// @param weights normalised, one per particle
    default boolean resamples(List<Double> weights, boolean lastStep) {
        return !lastStep && effectiveSize(weights) < ess() * weights.size();
    }

    /// `exp(logWeights)`, normalised to sum 1. With `clamp > 0` each log-weight is first cut to within `clamp` of their mean, which keeps one particle from winning at once, and makes the
    /// method a heuristic.
    static List<Double> normalise(List<Double> logWeights, double clamp) {
        double mean = logWeights.stream().mapToDouble(Double::doubleValue).average().orElse(0);
        List<Double> cut = logWeights.stream().map(l -> clamp > 0 ? Math.clamp(l - mean, -clamp, clamp) : l - mean).toList();
        double top = Collections.max(cut);
        List<Double> weights = cut.stream().map(l -> StrictMath.exp(l - top)).toList();
        double sum = weights.stream().mapToDouble(Double::doubleValue).sum();
        return weights.stream().map(w -> w / sum).toList();
    }

    /// Effective sample size `1 / sum(w^2)`, from 1 (one particle has it all) to their number.
    static double effectiveSize(List<Double> weights) {
        return 1 / weights.stream().mapToDouble(w -> w * w).sum();
    }

    /// Systematic resampling: for `j = 0..K-1` the particle whose cumulative weight first exceeds `(j + u)/K`. Each particle `i` gets `floor(K*w_i)` or one more copies.
    ///
    /// @param u in 0..1, 1 excluded
    /// @return the parent of each new particle, ascending
    static List<Integer> systematic(List<Double> weights, double u) {
        int count = weights.size();
        List<Integer> parents = new ArrayList<>(count);
        double cumulative = weights.getFirst();
        int particle = 0;
        for (int j = 0; j < count; j++) {
            while (cumulative <= (j + u) / count && particle < count - 1) {
                cumulative += weights.get(++particle);
            }
            parents.add(particle);
        }
        return parents;
    }
}
