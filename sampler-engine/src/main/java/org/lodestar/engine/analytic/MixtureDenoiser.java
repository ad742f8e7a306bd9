package org.lodestar.engine.analytic;

import java.util.List;
import java.util.Map;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Denoiser;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.model.Query;

/// An exact denoiser: each branch, found by its name, is a known distribution of clean samples, and the answer is its posterior mean
///
/// `D = E[x0 | x = alpha*x0 + sigma*eps]`, `n = (x - alpha*D)/sigma`
///
/// An oracle for tests and demonstrations, where a network only estimates the same quantities.
///
/// @param branches distribution by branch name ("cond", "uncond", ...)
public record MixtureDenoiser(Map<String, Mixture> branches) implements Denoiser {

    public MixtureDenoiser {
        branches = Map.copyOf(branches);
    }

    @Override
    public List<Prediction> predict(List<Query> queries, CancelToken cancel) {
        return queries.stream().map(this::answer).toList();
    }

    private Prediction answer(Query query) {
        Mixture mixture = branches.get(query.branch().name());
        if (mixture == null) {
            throw new EngineException.InvalidInput(
                    "analytic denoiser",
                    "one of the branches " + String.join(", ", branches.keySet().stream().sorted().toList()),
                    query.branch().name(),
                    "Give that branch a distribution");
        }
        double alpha = query.level().alpha();
        double sigma = query.level().sigma();
        Latents x = query.x();
        double[] state = new double[x.size()];
        for (int i = 0; i < state.length; i++) {
            state[i] = x.at(i);
        }
        double[] denoised = mixture.posteriorMean(state, alpha, sigma);
        return new Prediction(x.like(i -> denoised[i]), x.like(i -> sigma == 0 ? 0 : (state[i] - alpha * denoised[i]) / sigma));
    }
}
