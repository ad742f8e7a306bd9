package org.lodestar.engine.guidance;

import java.util.List;

/// What guidance did at one evaluation. `NaN` where the quantity does not exist (no second branch was asked: nothing to compare).
///
/// With `delta = D_c - D_r` (clean-sample estimates under the prompt and under the reference) and `D` the guided one:
///
/// @param guided            whether guidance acted
/// @param branches          names of the branches asked, in order; their number is the NFE of this evaluation
/// @param weight            the weight w in force
/// @param cosineEps         cosine of the two noise estimates
/// @param cosineXMinusEps   cosine of `x - eps` of the two
/// @param cosineX0          cosine of the two clean-sample estimates
/// @param differenceNorm    `|delta|`
/// @param differenceRatio   `|delta| / |D_c|`
/// @param parallelShare     share of `|g|^2` along `D_c`, 0..1, of the difference actually applied (after the filters)
/// @param orthogonalShare   `1 - parallelShare`
/// @param momentumNorm      norm of the accumulated difference, for policies with momentum
/// @param capHit            1 if a norm cap cut the difference, 0 if not, NaN without a cap
/// @param effectiveWeight   `a = <D - D_r, delta> / |delta|^2`: the CFG weight this evaluation amounts to
/// @param latentMean        mean of D
/// @param latentStd         standard deviation of D
/// @param notes             decisions in words ("guidance stopped: aligned at 0.991"), empty for most steps
public record Telemetry(
        boolean guided,
        List<String> branches,
        double weight,
        double cosineEps,
        double cosineXMinusEps,
        double cosineX0,
        double differenceNorm,
        double differenceRatio,
        double parallelShare,
        double orthogonalShare,
        double momentumNorm,
        double capHit,
        double effectiveWeight,
        double latentMean,
        double latentStd,
        List<String> notes) {
    public Telemetry {
        branches = List.copyOf(branches);
        notes = List.copyOf(notes);
    }
}
