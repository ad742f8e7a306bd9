package org.lodestar.engine.evidence;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.lodestar.engine.Engine;
import org.lodestar.engine.evidence.Scope.Trial;
import org.lodestar.engine.guidance.FitKey;
import org.lodestar.engine.guidance.LinearFit;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.pack.ModelPackage;
import org.lodestar.engine.run.OutputPlan;
import org.lodestar.engine.run.RunCheck;
import org.lodestar.engine.run.RunEvent;
import org.lodestar.engine.run.RunHandle;
import org.lodestar.engine.run.RunOutcome;
import org.lodestar.engine.run.RunRequest;
import org.lodestar.engine.run.RunSpec;
import org.lodestar.engine.run.StepRecord;
import org.lodestar.engine.run.Stepper;

/// Makes the pictures that experiments ask for, each way of guiding once: experiments share what they have in common. For one thread.
public final class Lab {
    private final Engine engine;
    private final Scope scope;
    private final ModelInfo model;
    private final Consumer<String> progress;
    private final Map<Trial, List<Picture>> made = new HashMap<>();

    /// @param engine   runs them; stays open
    /// @param scope    what all pictures share
    /// @param progress is told in a few words what begins
    public Lab(Engine engine, Scope scope, ModelInfo model, Consumer<String> progress) {
        this.engine = engine;
        this.scope = scope;
        this.model = model;
        this.progress = progress;
    }

    public Scope scope() {
        return scope;
    }

    public ModelInfo model() {
        return model;
    }

    /// A lab on the same model with another scope, for calibrations on pictures of their own.
    public Lab with(Scope other) {
        return other.equals(scope) ? this : new Lab(engine, other, model, progress);
    }

    /// The pictures of a policy stack, prompt by prompt and seed by seed.
    ///
    /// @throws org.lodestar.engine.fault.EngineException if the model cannot do it
    public List<Picture> pictures(String policy) {
        return pictures(scope.policy(policy));
    }

    /// The pictures of a trial, prompt by prompt and seed by seed: lists of two trials belong together entry by entry.
    ///
    /// @throws org.lodestar.engine.fault.EngineException if the model cannot do it
    public List<Picture> pictures(Trial trial) {
        List<Picture> known = made.get(trial);
        if (known != null) {
            return known;
        }
        progress.accept(brief(trial.text()) + ", " + trial.steps() + " steps");
        List<Picture> pictures = new ArrayList<>();
        for (String prompt : scope.prompts()) {
            RunHandle run = run(prompt, trial);
            run.pictures().stream()
                    .map(finished -> picture(prompt, run, finished))
                    .forEach(pictures::add);
        }
        List<Picture> result = List.copyOf(pictures);
        made.put(trial, result);
        return result;
    }

    private static String brief(String policy) {
        return policy.length() > 120 ? policy.substring(0, 80) + "..." + policy.substring(policy.length() - 20) : policy;
    }

    /// All seeds of one prompt, with every step kept.
    RunHandle run(String prompt, Trial trial) {
        RunHandle run = engine.submit(new RunRequest(List.of(scope.spec(prompt, trial)), scope.device(), OutputPlan.NONE));
        try {
            return switch (run.await()) {
                case RunOutcome.Completed() -> run;
                case RunOutcome.Failed(var error) -> throw error;
                case RunOutcome.Cancelled(int steps) -> throw new CancellationException("the run was cancelled at step " + steps);
            };
        } catch (InterruptedException e) {
            run.cancel();
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
    }

    /// What numbers that are measured on this scope's pictures under `trial` hold for.
    public FitKey key(Trial trial) {
        return RunCheck.key(scope.spec(scope.prompts().getFirst(), trial), trial.policy(), model);
    }

    /// Does `work` with this scope's samples, prompt by prompt and seed by seed as in [#pictures], on the engine's thread.
    ///
    /// @throws org.lodestar.engine.fault.EngineException if the model cannot do it
    public <T> T study(Trial trial, BiFunction<Stepper, ModelPackage, T> work) {
        progress.accept("step by step: " + trial.text() + ", " + trial.steps() + " steps");
        List<RunSpec> specs = scope.prompts().stream().map(prompt -> RunCheck.resolve(scope.spec(prompt, trial))).toList();
        try {
            return Studies.await(engine.study(scope.model(), scope.device(), (loaded, cancel) -> {
                RunCheck.require(new RunRequest(List.of(specs.getFirst()), scope.device(), OutputPlan.NONE), loaded);
                return work.apply(Stepper.of(specs, loaded, cancel), loaded);
            }));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
    }

    /// What plain CFG was answered on all seeds of one prompt, for fits.
    List<LinearFit.Recording> recordings(String prompt) {
        RunHandle run = run(prompt, scope.cfg());
        return IntStream.range(0, scope.seeds())
                .mapToObj(sample -> {
                    List<StepRecord> steps = run.steps(0, sample);
                    return new LinearFit.Recording(
                            steps.stream().map(step -> Objects.requireNonNull(step.cond())).toList(), steps.stream().map(step -> Objects.requireNonNull(step.reference())).toList());
                })
                .toList();
    }

    private Picture picture(String prompt, RunHandle run, RunEvent.ImageFinished finished) {
        List<StepRecord> steps = run.steps(0, finished.sample());
        return new Picture(
                prompt,
                scope.seed() + finished.sample(),
                finished.image(),
                steps.getLast().after(),
                steps.stream().map(StepRecord::level).toList(),
                steps.stream().map(step -> step.telemetry().getFirst()).toList(),
                steps.stream().mapToInt(StepRecord::nfe).sum(),
                finished.record().readings());
    }
}
