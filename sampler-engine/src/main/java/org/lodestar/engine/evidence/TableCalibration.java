package org.lodestar.engine.evidence;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.guidance.FitKey;
import org.lodestar.engine.guidance.LinearFit;
import org.lodestar.engine.guidance.PolicySearch;
import org.lodestar.engine.guidance.PolicyStack;
import org.lodestar.engine.guidance.PolicyTable;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.record.CanonicalJson;
import org.lodestar.engine.run.Moment;
import org.lodestar.engine.run.Stepper;

/// A [org.lodestar.engine.guidance.PolicyTable] found by search on a model: the per-step weights whose pictures stay nearest to those of full CFG from the same noise, within a number of network
/// evaluations. Steps may also guide by prediction, where numbers for that are at hand. The distance is `|z - z_full|^2/|z_full|^2` of the final latents, mean over the samples.
///
/// @param model     name of the model
/// @param key       what it was searched on
/// @param cap       network evaluations it may spend
/// @param found     the best
/// @param descended the best of coordinate descent alone
/// @param guided    full guidance first, the plain prompt after, at the same cost
/// @param fewer     distance of full CFG in fewer steps, at the same cost
public record TableCalibration(
        String model, FitKey key, int cap, PolicySearch.Found found, PolicySearch.Found descended, PolicySearch.Found guided, double fewer) {

    /// How hard to search.
    ///
    /// @param weights     that a step may take besides full guidance and 1, as multiples of full guidance; 0 is without the prompt
    /// @param generations of the evolution that follows the descent; 0 for none
    /// @param population  survivors and children per generation
    public record Effort(List<Double> weights, int generations, int population) {
        public Effort {
            weights = List.copyOf(weights);
        }
    }

    /// Searches on the samples of the lab's scope.
    ///
    /// @param fit what steps may estimate the second branch with, fitted for this scope's CFG; null to ask always
    /// @throws EngineException.InvalidInput if `cap` is less than one evaluation per step, or more than CFG spends, or if `fit` is one for other runs
    public static TableCalibration of(Lab lab, int cap, Effort effort, @Nullable LinearFit fit) {
        Scope scope = lab.scope();
        if (cap < scope.steps() || cap >= 2 * scope.steps()) {
            throw new EngineException.InvalidInput(
                    "evaluations", "from " + scope.steps() + " to " + (2 * scope.steps() - 1) + " for " + scope.steps() + " steps", String.valueOf(cap), "Choose about three quarters of what CFG spends");
        }
        FitKey key = lab.key(scope.cfg());
        if (fit != null && !fit.key().equals(key)) {
            throw new EngineException.InvalidInput("fit", "one for " + key, "one for " + fit.key(), "Fit again with these settings");
        }
        return lab.study(scope.cfg(), (stepper, model) -> {
            List<Latents> full = stepper.end(stepper.start(cfg(scope.w())), cfg(scope.w()));
            PolicySearch<List<Moment>> search =
                    new PolicySearch<>(new Steps(stepper, full, fit), scope.w(), effort.weights().stream().map(times -> times * scope.w()).toList(), fit);
            PolicySearch.Found descended = search.descend(cap);
            PolicySearch.Found found = effort.generations() == 0 ? descended : search.evolve(cap, effort.generations(), effort.population(), scope.seed());
            Stepper fewer = stepper.withGrid(Catalog.spacing(scope.spacing()).grid(model.schedule(scope.size().width(), scope.size().height()), Math.max(1, cap / 2)));
            double distance = distance(fewer.end(fewer.start(cfg(scope.w())), cfg(scope.w())), full);
            return new TableCalibration(lab.model().name(), key, cap, found, descended, search.stepAg(cap), distance);
        });
    }

    private static PolicyStack cfg(double w) {
        return Catalog.policy(Term.parseStack("cfg(w=" + Numbers.plain(w) + ")"));
    }

    /// All samples together, as one walk.
    private record Steps(Stepper stepper, List<Latents> full, @Nullable LinearFit fit) implements PolicySearch.Walk<List<Moment>> {
        @Override
        public int steps() {
            return stepper.grid().steps();
        }

        @Override
        public List<Moment> start() {
            return stepper.start(stack(PolicyTable.Entry.asked(1)));
        }

        @Override
        public List<Moment> step(List<Moment> state, int index, PolicyTable.Entry entry) {
            return stepper.step(state, index, stack(entry));
        }

        private PolicyStack stack(PolicyTable.Entry entry) {
            return new PolicyStack(List.of(new PolicyTable(List.of(entry), fit)));
        }

        @Override
        public double loss(List<Moment> end) {
            return distance(end.stream().map(moment -> moment.sampler().x()).toList(), full);
        }
    }

    private static double distance(List<Latents> found, List<Latents> full) {
        double sum = 0;
        for (int i = 0; i < full.size(); i++) {
            sum += LatentOps.squaredNorm(LatentOps.subtract(found.get(i), full.get(i))) / LatentOps.squaredNorm(full.get(i));
        }
        return sum / full.size();
    }

    /// The table, which sets the strength by itself.
    public String policy() {
        return found.term().text();
    }

    /// As canonical JSON.
    public String json() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("model", model);
        all.put("key", key.text());
        all.put("cap", cap);
        all.put("nfe", found.nfe());
        all.put("distance", found.loss());
        all.put("distanceDescended", descended.loss());
        all.put("distanceFirstStepsGuided", guided.loss());
        all.put("distanceFewerSteps", fewer);
        all.put("policy", policy());
        return CanonicalJson.write(all);
    }
}
