package org.lodestar.engine.evidence;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.lodestar.engine.Engine;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.run.DryRun;
import org.lodestar.engine.run.OutputPlan;
import org.lodestar.engine.run.RunCheck;
import org.lodestar.engine.run.RunEvent;
import org.lodestar.engine.run.RunHandle;
import org.lodestar.engine.run.RunRequest;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.engine.run.ScoreDifferences;
import org.lodestar.engine.run.StepRecord;

/// Looks at the first steps of several seeds, ranks them by the sum of their score differences, drops those of the least and finishes the rest (CFG-Rejection).
///
/// Every seed is a run of its own that holds after the look and goes on from there, or is cancelled: no step is computed twice, and what is finished is the picture, with the recipe, that its seed gives alone.
///
/// Source: "Diffusion Sampling Path Tells More", arXiv 2505.23343, which drops seeds below a threshold; here the number to keep is chosen.
///
/// @param spec  of the first seed; the others have the seeds after it
/// @param seeds how many are looked at
/// @param look  steps that are looked at
/// @param keep  how many are finished
public record Scout(RunSpec spec, int seeds, int look, int keep) {

    /// Lets time pass until a run pauses or is over.
    @FunctionalInterface
    public interface Waiting {
        /// @param cursor the first event of the run to look at
        /// @throws EngineException if the run failed
        void until(RunHandle run, int cursor) throws InterruptedException;
    }

    /// One seed after the look.
    ///
    /// @param run        paused
    /// @param difference the sum that ranks it; the greater, the more promising
    public record Looked(RunHandle run, long seed, double difference) {}

    /// One seed in the end.
    ///
    /// @param difference  the sum that ranks it
    /// @param evaluations network evaluations spent on it
    /// @param picture     where it was kept
    public record Scouted(long seed, double difference, int evaluations, Optional<RunEvent.ImageFinished> picture) {}

    /// What is wrong with the numbers.
    ///
    /// @param steps of a whole run
    public static List<Problem> problems(int seeds, int look, int keep, int steps) {
        List<Problem> problems = new ArrayList<>();
        if (seeds < 2 || seeds > RunCheck.MAX_BATCH) {
            problems.add(new Problem("seeds", "a whole number from 2 to " + RunCheck.MAX_BATCH, String.valueOf(seeds), "16 is a good start"));
        } else if (keep < 1 || keep > seeds) {
            problems.add(new Problem("keep", "a whole number from 1 to the " + seeds + " seeds that are looked at", String.valueOf(keep), "A quarter of them is a good start"));
        }
        if (steps < 2) {
            problems.add(new Problem("steps", "at least 2, one to look at and one to go on with", String.valueOf(steps), "20 is a good start"));
        } else if (look < 1 || look >= steps) {
            problems.add(new Problem("look", "a whole number from 1 to " + (steps - 1) + ", less than the " + steps + " steps of a whole run", String.valueOf(look), "A quarter of them is a good start"));
        }
        return problems;
    }

    /// Takes the first steps of every seed, one after the other.
    ///
    /// @param output where pictures will go
    /// @return by falling difference, equal ones by ascending seed
    /// @throws EngineException if the numbers or the spec are wrong, the policy has nothing to compare, or a run fails; nothing goes on then
    public List<Looked> look(Engine engine, DeviceWish device, OutputPlan output, Waiting waiting) throws InterruptedException {
        List<Problem> problems = problems(seeds, look, keep, spec.stepsToRun());
        if (!problems.isEmpty()) {
            throw new EngineException.InvalidInput(problems);
        }
        requireComparison(engine, new RunRequest(List.of(spec), device, output));
        List<RunHandle> runs = new ArrayList<>();
        boolean done = false;
        try {
            List<Looked> looked = new ArrayList<>();
            for (int i = 0; i < seeds; i++) {
                RunSpec own = spec.withSeed(spec.seed() + i);
                RunHandle run = engine.submit(new RunRequest(List.of(own), device, output), look);
                runs.add(run);
                waiting.until(run, 0);
                double sum = ScoreDifferences.sum(run.steps(0, 0));
                // A seed in which an adaptive policy came to compare nothing has shown no promise.
                looked.add(new Looked(run, own.seed(), Double.isNaN(sum) ? 0 : sum));
            }
            done = true;
            return looked.stream().sorted(Comparator.comparingDouble(Looked::difference).reversed()).toList();
        } finally {
            if (!done) {
                runs.forEach(RunHandle::cancel);
            }
        }
    }

    /// Drops all but the first `keep` seeds and finishes those, in their order.
    ///
    /// @return in the order of `looked`
    /// @throws EngineException if a run fails
    public List<Scouted> finish(List<Looked> looked, Waiting waiting) throws InterruptedException {
        looked.stream().skip(keep).map(Looked::run).forEach(RunHandle::cancel);
        try {
            for (Looked seed : looked.subList(0, keep)) {
                int cursor = seed.run().eventsSince(0).size();
                seed.run().resume();
                waiting.until(seed.run(), cursor);
            }
        } finally {
            // Nothing where they are over; where one failed, the others hold.
            looked.stream().map(Looked::run).forEach(RunHandle::cancel);
        }
        return looked.stream()
                .map(seed -> new Scouted(
                        seed.seed(), seed.difference(), seed.run().steps(0, 0).stream().mapToInt(StepRecord::nfe).sum(), seed.run().pictures().stream().findFirst()))
                .toList();
    }

    /// Network evaluations that finishing every seed would have taken, if all take what the kept ones did on average.
    public static long evaluationsOfAll(List<Scouted> scouted) {
        return Math.round(scouted.size() * scouted.stream().filter(seed -> seed.picture().isPresent()).mapToInt(Scouted::evaluations).average().orElse(0));
    }

    private void requireComparison(Engine engine, RunRequest request) throws InterruptedException {
        RunRequest resolved = new RunRequest(List.of(RunCheck.resolve(spec)), request.device(), request.output());
        Optional<Problem> problem = Studies.await(engine.study(spec.choice(), request.device(), (model, cancel) -> {
            RunCheck.require(resolved, model);
            return DryRun.nothingToCompare(resolved.lanes().getFirst(), look, model, cancel);
        }));
        if (problem.isPresent()) {
            throw new EngineException.InvalidInput(List.of(problem.get()));
        }
    }
}
