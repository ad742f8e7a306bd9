package org.lodestar.engine.guidance;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.latent.PairSums;

/// What guidance did at one evaluation. `NaN` where the quantity does not exist: all comparisons where no second branch was asked, shares of a zero difference, ratios
/// to a zero norm. The cosine with a zero vector is 0.
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

    /// An evaluation in which only the prompt was asked and its estimate taken as it is.
    static Telemetry unguided(List<String> branches, Latents denoised, List<String> notes) {
        return new Telemetry(
                false, branches, 1, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN,
                LatentOps.mean(denoised), LatentOps.std(denoised, 0), notes);
    }

    /// An evaluation at weight 0 in which only the second branch was asked.
    static Telemetry unprompted(List<String> branches, Latents denoised) {
        return new Telemetry(
                true, branches, 0, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0,
                LatentOps.mean(denoised), LatentOps.std(denoised, 0), List.of());
    }

    /// An evaluation in which guidance acted.
    ///
    /// @param applied  the difference after the filters; null where the second branch was not asked
    /// @param denoised the guided estimate
    /// @param linear   whether it is plain CFG's, whose effective weight is the weight itself
    static Telemetry guided(
            List<String> branches, Estimates estimates, @Nullable Filtered applied, Latents denoised, boolean linear, List<String> notes) {
        double mean = LatentOps.mean(denoised);
        double std = LatentOps.std(denoised, 0);
        if (applied == null) {
            return new Telemetry(
                    true, branches, estimates.weight(), Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN,
                    Double.NaN, mean, std, notes);
        }
        Latents cond = estimates.cond().denoised();
        Latents reference = estimates.reference().denoised();
        PairSums clean = PairSums.of(cond, reference);
        PairSums noises = PairSums.of(estimates.cond().noise(), estimates.reference().noise());
        PairSums fromState = PairSums.seenFrom(estimates.context().x(), estimates.cond().noise(), estimates.reference().noise());
        PairSums share = applied.difference().sumsWith(cond);
        double parallel = Math.min(1, ratio(share.xy() * share.xy(), share.xx() * share.yy()));
        double delta = clean.squaredDistance();
        double effective = linear && delta > 0 ? estimates.weight() : ratio(along(denoised, reference, cond), delta);
        return new Telemetry(
                true,
                branches,
                estimates.weight(),
                noises.cosine(),
                fromState.cosine(),
                clean.cosine(),
                Math.sqrt(delta),
                ratio(Math.sqrt(delta), Math.sqrt(clean.xx())),
                parallel,
                1 - parallel,
                applied.momentumNorm(),
                applied.capHit(),
                effective,
                mean,
                std,
                notes);
    }

    /// Its quantities by name, in order.
    public Map<String, Double> numbers() {
        Map<String, Double> numbers = new LinkedHashMap<>();
        numbers.put("weight", weight);
        numbers.put("cosineEps", cosineEps);
        numbers.put("cosineXMinusEps", cosineXMinusEps);
        numbers.put("cosineX0", cosineX0);
        numbers.put("differenceNorm", differenceNorm);
        numbers.put("differenceRatio", differenceRatio);
        numbers.put("parallelShare", parallelShare);
        numbers.put("orthogonalShare", orthogonalShare);
        numbers.put("momentumNorm", momentumNorm);
        numbers.put("capHit", capHit);
        numbers.put("effectiveWeight", effectiveWeight);
        numbers.put("latentMean", latentMean);
        numbers.put("latentStd", latentStd);
        return numbers;
    }

    /// The same with one more note.
    public Telemetry noting(String note) {
        return new Telemetry(
                guided, branches, weight, cosineEps, cosineXMinusEps, cosineX0, differenceNorm, differenceRatio, parallelShare, orthogonalShare,
                momentumNorm, capHit, effectiveWeight, latentMean, latentStd, Stream.concat(notes.stream(), Stream.of(note)).toList());
    }

    /// `<D - D_r, D_c - D_r>`
    private static double along(Latents denoised, Latents reference, Latents cond) {
        return PairSums.seenFrom(reference, denoised, cond).xy();
    }

    private static double ratio(double part, double whole) {
        return whole == 0 ? Double.NaN : part / whole;
    }

    /// The same with branches that were asked before these.
    Telemetry askedBefore(List<String> earlier) {
        return asking(Stream.concat(earlier.stream(), branches.stream()).toList());
    }

    /// The same where `all` were asked.
    Telemetry asking(List<String> all) {
        return new Telemetry(
                guided, all, weight, cosineEps, cosineXMinusEps, cosineX0, differenceNorm, differenceRatio, parallelShare, orthogonalShare, momentumNorm, capHit,
                effectiveWeight, latentMean, latentStd, notes);
    }
}
