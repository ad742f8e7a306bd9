package org.lodestar.engine.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.schedule.NoiseLevel;
import org.lodestar.engine.schedule.NoiseSchedule;

/// Asks nets that were taught other noise about the same noise level: the one of *their* schedule with the same `sigma/alpha`, never the one with the same number.
///
/// ```
/// level' : sigma'/alpha' = sigma/alpha
/// x'     = x * sqrt((alpha'^2 + sigma'^2) / (alpha^2 + sigma^2))
/// D      = D'(x', level'),   eps = (x - alpha*D)/sigma
/// ```
///
/// `x'` holds the same clean sample and the same noise in their proportions there, so that `D'` is an estimate of the same sample; how the net puts it is its own matter
/// ([Parameterization]). Levels that it was not taught are asked at its nearest one. `eps` is worked out from the level in question, so that `x = alpha*D + sigma*eps` holds exactly.
///
/// @param denoiser answers
/// @param theirs   the noise levels of the nets that have their own; others are asked as they are
public record MatchedLevels(Denoiser denoiser, Map<Branch.Net, NoiseSchedule> theirs) implements Denoiser {
    public MatchedLevels {
        theirs = Map.copyOf(theirs);
    }

    @Override
    public List<Prediction> predict(List<Query> queries, CancelToken cancel) {
        List<Prediction> answers = denoiser.predict(queries.stream().map(this::matched).toList(), cancel);
        List<Prediction> here = new ArrayList<>(answers.size());
        for (int i = 0; i < answers.size(); i++) {
            here.add(theirs.containsKey(queries.get(i).branch().net()) ? back(answers.get(i), queries.get(i)) : answers.get(i));
        }
        return here;
    }

    private Query matched(Query query) {
        NoiseSchedule schedule = theirs.get(query.branch().net());
        if (schedule == null) {
            return query;
        }
        NoiseLevel level = schedule.atKarrasSigma(query.level().karrasSigma());
        double scale = size(level) / size(query.level());
        return new Query(query.branch(), scale == 1 ? query.x() : LatentOps.scale(scale, query.x()), level);
    }

    private static Prediction back(Prediction answer, Query query) {
        double sigma = query.level().sigma();
        Latents noise = sigma == 0 ? answer.noise() : LatentOps.combine(1 / sigma, query.x(), -query.level().alpha() / sigma, answer.denoised());
        return new Prediction(answer.denoised(), noise);
    }

    /// Size of a state of unit-variance data.
    private static double size(NoiseLevel level) {
        return Math.hypot(level.alpha(), level.sigma());
    }

    @Override
    public Denoiser forRun(Consumer<String> notice) {
        return new MatchedLevels(denoiser.forRun(notice), theirs);
    }

    @Override
    public Set<Branch.Net> nets() {
        return denoiser.nets();
    }
}
