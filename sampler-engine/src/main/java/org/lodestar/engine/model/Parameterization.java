package org.lodestar.engine.model;

import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.schedule.NoiseLevel;

/// What the raw output of a network means, and how it becomes a [Prediction], with `x = alpha*x0 + sigma*eps`.
public enum Parameterization {
    /// The noise: `x0 = (x - sigma*eps)/alpha`. Where alpha is 0 nothing is known of x0; it is 0 there, the mean of whitened latents.
    EPS {
        @Override
        public Prediction toPrediction(Latents raw, Latents x, NoiseLevel level) {
            double a = level.alpha();
            Latents denoised =
                    a == 0 ? LatentOps.scale(0, x) : LatentOps.combine(1 / a, x, -level.sigma() / a, raw);
            return new Prediction(denoised, raw);
        }

        @Override
        public Latents fromPrediction(Prediction p, Latents x, NoiseLevel level) {
            return p.noise();
        }
    },
    /// `v = alpha*eps - sigma*x0`: `x0 = (alpha*x - sigma*v)/n`, `eps = (sigma*x + alpha*v)/n` with `n = alpha^2 + sigma^2` (1 for variance-preserving schedules).
    V {
        @Override
        public Prediction toPrediction(Latents raw, Latents x, NoiseLevel level) {
            double n = level.alpha() * level.alpha() + level.sigma() * level.sigma();
            double a = level.alpha() / n;
            double s = level.sigma() / n;
            return new Prediction(LatentOps.combine(a, x, -s, raw), LatentOps.combine(s, x, a, raw));
        }

        @Override
        public Latents fromPrediction(Prediction p, Latents x, NoiseLevel level) {
            return LatentOps.combine(level.alpha(), p.noise(), -level.sigma(), p.denoised());
        }
    },
    /// The clean sample: `eps = (x - alpha*x0)/sigma`. Where sigma is 0 there is no noise; it is 0 there.
    X0 {
        @Override
        public Prediction toPrediction(Latents raw, Latents x, NoiseLevel level) {
            double s = level.sigma();
            Latents noise = s == 0 ? LatentOps.scale(0, x) : LatentOps.combine(1 / s, x, -level.alpha() / s, raw);
            return new Prediction(raw, noise);
        }

        @Override
        public Latents fromPrediction(Prediction p, Latents x, NoiseLevel level) {
            return p.denoised();
        }
    },
    /// Flow velocity `u = eps - x0`: `x0 = (x - sigma*u)/m`, `eps = (x + alpha*u)/m` with `m = alpha + sigma` (1 for rectified flow).
    FLOW {
        @Override
        public Prediction toPrediction(Latents raw, Latents x, NoiseLevel level) {
            double m = level.alpha() + level.sigma();
            return new Prediction(
                    LatentOps.combine(1 / m, x, -level.sigma() / m, raw), LatentOps.combine(1 / m, x, level.alpha() / m, raw));
        }

        @Override
        public Latents fromPrediction(Prediction p, Latents x, NoiseLevel level) {
            return LatentOps.subtract(p.noise(), p.denoised());
        }
    };

    /// Both ends of the estimate that the raw network output `raw` makes at the noisy state `x`.
    public abstract Prediction toPrediction(Latents raw, Latents x, NoiseLevel level);

    /// What a network of this kind would have put out for `p`: the inverse of [#toPrediction].
    public abstract Latents fromPrediction(Prediction p, Latents x, NoiseLevel level);
}
