package org.lodestar.engine.analytic;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Denoiser;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.schedule.NoiseLevel;

/// The exact denoiser of one Gaussian per branch, `x0 ~ N(m, s^2 I)`, whose probability-flow ODE is solved in closed form by [#flow].
///
/// @param branches distribution by branch name
public record GaussianDenoiser(Map<String, Gaussian> branches) implements Denoiser {

    /// @param mean centre of the clean samples
    /// @param std  deviation along every axis, above 0
    public record Gaussian(List<Double> mean, double std) {
        public Gaussian {
            mean = List.copyOf(mean);
        }
    }

    public GaussianDenoiser {
        branches = Map.copyOf(branches);
    }

    @Override
    public List<Prediction> predict(List<Query> queries, CancelToken cancel) {
        return mixtures().predict(queries, cancel);
    }

    /// Where the probability-flow ODE of `branch` takes the state `x` from one level to another: along each axis it keeps the number of standard deviations from the mean,
    ///
    /// `x' = alpha'*m + sqrt(v'/v)*(x - alpha*m)`, `v = alpha^2 s^2 + sigma^2`
    public Latents flow(String branch, Latents x, NoiseLevel from, NoiseLevel to) {
        Gaussian g = Objects.requireNonNull(branches.get(branch), () -> "no branch " + branch);
        double stretch = StrictMath.sqrt(variance(g, to) / variance(g, from));
        return x.like(i -> to.alpha() * g.mean().get(i) + stretch * (x.at(i) - from.alpha() * g.mean().get(i)));
    }

    private static double variance(Gaussian g, NoiseLevel level) {
        return level.alpha() * level.alpha() * g.std() * g.std() + level.sigma() * level.sigma();
    }

    private MixtureDenoiser mixtures() {
        Map<String, Mixture> each = new HashMap<>();
        branches.forEach((name, g) -> each.put(name, Mixture.gaussian(g.mean(), g.std())));
        return new MixtureDenoiser(each);
    }
}
