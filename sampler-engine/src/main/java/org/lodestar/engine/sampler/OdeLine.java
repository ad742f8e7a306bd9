package org.lodestar.engine.sampler;

import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.schedule.NoiseLevel;
import org.lodestar.engine.schedule.NoiseSchedule;
import org.lodestar.engine.schedule.StepGrid;

/// The coordinates in which a classical method (Heun, midpoint, Adams) integrates the probability-flow ODE: a scaled state `y = x/c` over a noise amount `s`, where
/// `dy/ds = d` and first-order steps are straight lines `y = D + s*d`.
enum OdeLine {
    /// `c = alpha`, `s = sigma/alpha`, `d = n`: variance-exploding notation.
    RATIO {
        @Override
        double scale(NoiseLevel level) {
            return level.alpha();
        }

        @Override
        Latents slope(Prediction p) {
            return p.noise();
        }

        @Override
        double ratio(double amount) {
            return amount;
        }
    },
    /// `c = alpha + sigma`, `s = sigma/(alpha + sigma)`, `d = n - D`: flow notation, finite for every level.
    SHARE {
        @Override
        double scale(NoiseLevel level) {
            return level.alpha() + level.sigma();
        }

        @Override
        Latents slope(Prediction p) {
            return LatentOps.subtract(p.noise(), p.denoised());
        }

        @Override
        double ratio(double amount) {
            return amount / (1 - amount);
        }
    };

    /// The usual coordinates for the levels of `grid`: [#SHARE] for flow and where a grid starts from pure noise, whose ratio is infinite, else [#RATIO].
    static OdeLine of(StepGrid grid) {
        NoiseLevel top = grid.level(0);
        boolean flow = grid.levels().stream().allMatch(level -> Math.abs(level.alpha() + level.sigma() - 1) < 1e-9);
        return flow || top.alpha() == 0 ? SHARE : RATIO;
    }

    /// `c`
    abstract double scale(NoiseLevel level);

    /// `d`
    abstract Latents slope(Prediction p);

    /// The noise `sigma/alpha` at an amount `s`.
    abstract double ratio(double amount);

    /// `s`
    double amount(NoiseLevel level) {
        return level.sigma() / scale(level);
    }

    /// The state at `to` after walking from the re-noised state of `p` at `from` along `slope`: `x' = c'*(D + s*d + (s' - s)*slope)`.
    Latents walk(Prediction p, NoiseLevel from, NoiseLevel to, Latents slope) {
        return move(p, from, to, amount(to) - amount(from), slope);
    }

    /// `x' = c'*(D + s*d + weight*slope)`, with `D` and `d` those of `p` at `from`.
    Latents move(Prediction p, NoiseLevel from, NoiseLevel to, double weight, Latents slope) {
        double c = scale(to);
        return LatentOps.combine(c * from.alpha() / scale(from), p.denoised(), c * from.sigma() / scale(from), p.noise(), c * weight, slope);
    }

    /// The level halfway between two levels on a logarithmic scale of `s`; `s` of `to` is above 0.
    NoiseLevel middle(NoiseSchedule schedule, NoiseLevel from, NoiseLevel to) {
        return schedule.atKarrasSigma(ratio(StrictMath.sqrt(amount(from) * amount(to))));
    }
}
