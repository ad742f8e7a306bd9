package org.lodestar.engine.evidence;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lodestar.engine.evidence.Finding.Table;
import org.lodestar.engine.evidence.Finding.Verdict;
import org.lodestar.engine.evidence.Scope.Trial;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.run.Change;
import org.lodestar.engine.run.Edit;
import org.lodestar.engine.run.RunHandle;
import org.lodestar.engine.schedule.NoiseLevel;

/// CFG++ on a first-order sampler is CFG with a weight that follows from the step: `w*alpha'*sigma/(alpha'*sigma - sigma'*alpha) = w/(1 - s'/s)` with `s = sigma/alpha`.
final class CfgPlusPlusWeight implements Experiment {
    private static final double W = 0.6;
    private static final double EQUAL = 1e-4;
    /// An equality does not get truer with more pictures.
    private static final int SEEDS = 2;

    @Override
    public int number() {
        return 6;
    }

    @Override
    public String title() {
        return "CFG++ as CFG with another weight";
    }

    @Override
    public String question() {
        return "Does a run under CFG++ equal the run under CFG whose weight is set at every step to what the formula says?";
    }

    @Override
    public String expected() {
        return "Equal up to the rounding of 32-bit arithmetic; the weight grows with the number of steps.";
    }

    @Override
    public Finding run(Lab whole) {
        Lab lab = whole.with(whole.scope().withSeeds(whole.scope().seed(), Math.min(SEEDS, whole.scope().seeds())));
        Trial plus = lab.scope().policy("cfgpp(w=" + Numbers.plain(W) + ")").withSampler(Term.of("ddim"));
        List<List<?>> rows = new ArrayList<>();
        List<List<?>> weightRows = new ArrayList<>();
        List<Double> differences = new ArrayList<>();
        for (String prompt : lab.scope().prompts()) {
            RunHandle run = lab.run(prompt, plus);
            List<Double> weights = weights(run);
            RunHandle plain = lab.run(prompt, asCfg(plus, weights));
            for (int sample = 0; sample < lab.scope().seeds(); sample++) {
                double difference = difference(last(run, sample), last(plain, sample));
                differences.add(difference);
                rows.add(List.of(prompt, lab.scope().seed() + sample, difference));
            }
            if (weightRows.isEmpty()) {
                for (int i = 0; i < weights.size(); i++) {
                    weightRows.add(List.of(i + 1, run.step(0, 0, i).level().karrasSigma(), weights.get(i)));
                }
            }
        }
        double worst = differences.stream().mapToDouble(d -> d).max().orElse(Double.NaN);
        String words = "The greatest relative difference |z - z'|/|z| between the final latents of the two is " + Numbers.brief(worst) + " over " + differences.size()
                + " pictures; equality was asked to " + Numbers.brief(EQUAL) + ", since a run carries each step's rounding through all later network calls.";
        return new Finding(
                Verdict.of(worst <= EQUAL),
                words,
                List.of(
                        new Table("weights", true, List.of("step", "sigma/alpha", "equal CFG weight"), weightRows),
                        new Table("pictures", false, List.of("prompt", "seed", "relative_difference"), rows)),
                List.of());
    }

    /// The CFG weight that each step of a CFG++ run amounts to.
    private static List<Double> weights(RunHandle run) {
        List<Double> weights = new ArrayList<>();
        int steps = run.stepsDone(0);
        for (int i = 0; i < steps; i++) {
            NoiseLevel here = run.step(0, 0, i).level();
            double ratio = i + 1 == steps ? 0 : run.step(0, 0, i + 1).level().karrasSigma() / here.karrasSigma();
            weights.add(W / (1 - ratio));
        }
        return weights;
    }

    private static Trial asCfg(Trial plus, List<Double> weights) {
        List<Edit> edits = new ArrayList<>();
        for (int i = 1; i < weights.size(); i++) {
            edits.add(new Edit(i, new Change(Optional.empty(), Optional.empty(), Optional.of(cfg(weights.get(i))))));
        }
        return new Trial(cfg(weights.getFirst()), plus.steps(), plus.sampler(), plus.negative(), edits);
    }

    private static List<Term> cfg(double w) {
        return Term.parseStack("cfg(w=" + Numbers.plain(w) + ")");
    }

    private static Latents last(RunHandle run, int sample) {
        return run.step(0, sample, run.stepsDone(0) - 1).after();
    }

    private static double difference(Latents a, Latents b) {
        return LatentOps.norm(LatentOps.subtract(a, b)) / LatentOps.norm(a);
    }
}
