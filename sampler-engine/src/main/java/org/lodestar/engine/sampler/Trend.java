package org.lodestar.engine.sampler;

import java.util.List;
import java.util.stream.Stream;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.schedule.NoiseLevel;

/// The clean samples of the last steps, from which the multistep DPM-Solver++ methods foretell how the clean sample goes on changing over `l = ln(alpha/sigma)`.
///
/// With `h = l' - l`, `r0 = (l - l_1)/h`, `r1 = (l_1 - l_2)/h`, and the first and second differences
///
/// `d1 = (D - D_1)/r0`, or with two steps known `d1 = a + (a - b)*r0/(r0 + r1)`, `d2 = (a - b)/(r0 + r1)`, `a = (D - D_1)/r0`, `b = (D_1 - D_2)/r1`,
///
/// the solution of the reverse SDE of strength `eta` gets `alpha'*(phi2*d1 - phi3*d2)`, `H = (1 + eta)*h`, `phi2 = 1 - (1 - e^-H)/H`, `phi3 = phi2/H - 1/2`.
///
/// Integrating the parabola through three clean samples exactly would give `-2*phi3*d2`. The published method and its implementations have `-phi3*d2`, and so has this one, to give
/// the same pictures; it takes the error's constant down but leaves the order of convergence at 2.
///
/// A remembered `D_1` is the clean sample that the noise direction of its step belonged to, `(x - sigma*n)/alpha`. That is `D` itself unless a policy chose another noise direction;
/// CFG++ defines its multistep form this way (its unconditional estimate is remembered).
///
/// @param past latest first
record Trend(List<Past> past) implements History {

    /// One step: where it started, and its clean sample.
    record Past(NoiseLevel level, Latents denoised) {}

    Trend {
        past = List.copyOf(past);
    }

    /// What `history` knows; nothing if it is another sampler's.
    static Trend of(History history) {
        return history instanceof Trend trend ? trend : new Trend(List.of());
    }

    /// `moved`, the first-order result of `step`, with the trend added: of at most `order - 1` differences, as many as are known. Nothing is added in the step to the clean sample. Runs of
    /// fewer than 15 steps end with orders 2 and 1.
    Latents addTo(Latents moved, Step step, Prediction p, double eta, int order, SecondOrder solver) {
        int stepsLeft = step.grid().steps() - step.index();
        int known = Math.min(past.size(), order - 1);
        int differences = step.grid().steps() < 15 ? Math.min(known, stepsLeft - 1) : known;
        if (differences == 0 || step.next().isClean()) {
            return moved;
        }
        double l = step.here().halfLogSnr();
        double h = step.next().halfLogSnr() - l;
        if (h == 0) {
            return moved;
        }
        double full = (1 + eta) * h;
        double r0 = (l - past.getFirst().level().halfLogSnr()) / h;
        Latents a = LatentOps.scale(1 / r0, LatentOps.subtract(p.denoised(), past.getFirst().denoised()));
        if (differences == 1) {
            return LatentOps.addScaled(moved, step.next().alpha() * solver.weight(full), a);
        }
        double r1 = (past.getFirst().level().halfLogSnr() - past.get(1).level().halfLogSnr()) / h;
        Latents b = LatentOps.scale(1 / r1, LatentOps.subtract(past.getFirst().denoised(), past.get(1).denoised()));
        double phi2 = SecondOrder.HEUN.weight(full);
        double phi3 = phi2 / full - 0.5;
        // phi2*d1 - phi3*d2, gathered by a and b
        double change = (phi2 * r0 - phi3) / (r0 + r1);
        return LatentOps.combine(1, moved, step.next().alpha() * (phi2 + change), a, -step.next().alpha() * change, b);
    }

    /// What is known after `step`, of at most `order - 1` steps. A step from pure noise is not remembered: it is infinitely far away in `l`.
    Trend after(Step step, Latents x, Prediction p, int order) {
        NoiseLevel here = step.here();
        if (here.alpha() == 0) {
            return new Trend(List.of());
        }
        Latents belonging = LatentOps.combine(1 / here.alpha(), x, -here.sigma() / here.alpha(), p.noise());
        return new Trend(Stream.concat(Stream.of(new Past(here, belonging)), past.stream()).limit(order - 1L).toList());
    }
}
