package org.lodestar.engine.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.guidance.GuidanceOutcome;
import org.lodestar.engine.guidance.PolicyStack;
import org.lodestar.engine.guidance.PolicyState;
import org.lodestar.engine.guidance.StepContext;
import org.lodestar.engine.guidance.Wording;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.Parameterization;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.pack.ModelPackage;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.schedule.GridSpacing;
import org.lodestar.engine.schedule.StepGrid;

/// Walks the first steps of a run without asking the network, with made-up answers, to find out what its policies would ask.
public final class DryRun {

    private DryRun() {}

    /// What is wrong with ranking seeds by the difference of two branches after `steps` steps of `spec`: that its policies ask no second one there, or that there is nothing but noise, in which all words see the same.
    /// Nothing where seeds may differ: what a companion's advice decides is not known before.
    ///
    /// @param spec checked and without edits
    public static Optional<Problem> nothingToCompare(RunSpec spec, int steps, ModelPackage model, CancelToken cancel) {
        if (grid(spec, model).level(steps - 1).alpha() == 0) {
            return Optional.of(new Problem("look", "at least " + (steps + 1) + " steps, since this model begins with pure noise, in which all words see the same", String.valueOf(steps), "A quarter of the steps is a good start"));
        }
        return compares(spec, steps, model, cancel)
                ? Optional.empty()
                : Optional.of(new Problem(
                        Term.text(spec.policy()),
                        "a policy that compares the prompt with a second branch within the first " + (steps == 1 ? "step" : steps + " steps") + ", since that difference ranks the seeds",
                        "one that asks for nothing to compare there",
                        "Choose for example cfg(w=7.5), or look at more steps"));
    }

    private static boolean compares(RunSpec spec, int steps, ModelPackage model, CancelToken cancel) {
        RunSpec now = spec.at(0);
        PolicyStack stack = Catalog.policy(now.policy());
        Wording wording = new Wording(now.prompt(), now.negative(), model.adviser().labels());
        LaneBranches branches = LaneBranches.encode(wording, stack.prompts(wording), now.syntax(), model.text(), cancel);
        StepGrid grid = grid(spec, model);
        int downscale = model.latentFormat().downscale();
        Latents x = Catalog.noise(spec.noise()).initial(spec.seed(), model.latentFormat().channels(), spec.height() / downscale, spec.width() / downscale);
        PolicyState state = stack.begin();
        for (int i = 0; i < steps; i++) {
            StepContext context = new StepContext(i, 0, grid, grid.level(i), x, model.parameterization(), branches, model.latentUnit(), _ -> x);
            Optional<GuidanceOutcome> outcome = outcome(stack.evaluate(context, state));
            if (outcome.isEmpty() || (outcome.get().cond() != null && outcome.get().reference() != null)) {
                return true;
            }
            state = outcome.get().next();
        }
        return false;
    }

    private static StepGrid grid(RunSpec spec, ModelPackage model) {
        GridSpacing spacing = Catalog.spacing(spec.spacing());
        return spec.source()
                .map(source -> spacing.gridFrom(model.schedule(spec.width(), spec.height()), spec.steps(), source.strength()))
                .orElseGet(() -> spacing.grid(model.schedule(spec.width(), spec.height()), spec.steps()));
    }

    /// What an evaluation comes to; empty where it needs advice.
    private static Optional<GuidanceOutcome> outcome(Evaluation<GuidanceOutcome> evaluation) {
        Evaluation<GuidanceOutcome> now = evaluation;
        while (now instanceof Evaluation.Ask<GuidanceOutcome> ask) {
            now = ask.then().apply(answers(ask.queries()));
        }
        return now instanceof Evaluation.Done<GuidanceOutcome>(GuidanceOutcome outcome) ? Optional.of(outcome) : Optional.empty();
    }

    /// Estimates that differ from branch to branch.
    private static List<Prediction> answers(List<Query> queries) {
        List<Prediction> answers = new ArrayList<>();
        for (Query query : queries) {
            Latents denoised = LatentOps.scale(1.0 / (2 + answers.size()), query.x());
            answers.add(Parameterization.X0.toPrediction(denoised, query.x(), query.level()));
        }
        return answers;
    }
}
