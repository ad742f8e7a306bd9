package org.lodestar.engine.run;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.guidance.Branches;
import org.lodestar.engine.guidance.Particles;
import org.lodestar.engine.guidance.PolicyStack;
import org.lodestar.engine.guidance.Wording;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Adviser;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Cancelled;
import org.lodestar.engine.model.Denoiser;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.Parameterization;
import org.lodestar.engine.noise.NoiseSource;
import org.lodestar.engine.pack.ModelPackage;
import org.lodestar.engine.sampler.DdimInversion;
import org.lodestar.engine.sampler.Sampler;
import org.lodestar.engine.sampler.SamplerState;
import org.lodestar.engine.sampler.Step;
import org.lodestar.engine.schedule.StepGrid;

/// Takes samples along a grid step by step, each step under a policy of choice: for investigations that go on from one place in many ways, or backwards. Nothing is kept between calls.
///
/// @param subjects         what is sampled, all together; at least one
/// @param denoiser         what answers
/// @param adviser          the model's companions
/// @param parameterization what the network puts out
/// @param unit             latent cells: sides of states that the network takes are multiples of it
/// @param sampler          numerical method
/// @param grid             the levels
/// @param noise            of the first states and of samplers that draw more
/// @param cancel           looked at in every network call
public record Stepper(
        List<Subject> subjects,
        Denoiser denoiser,
        Adviser adviser,
        Parameterization parameterization,
        int unit,
        Sampler sampler,
        StepGrid grid,
        NoiseSource noise,
        CancelToken cancel) {

    /// One sample.
    ///
    /// @param branches what can be asked about it
    /// @param seed     of its noise
    /// @param first    pure noise of its shape and unit variance, where it starts
    public record Subject(Branches branches, long seed, Latents first) {}

    public Stepper {
        subjects = List.copyOf(subjects);
        if (subjects.isEmpty()) {
            throw new IllegalArgumentException("nothing to sample");
        }
    }

    /// The samples of some runs: all of one model, size, sampler, spacing, noise source and number of steps. Texts that the specs' policies name are encoded, for policies of the same kind.
    public static Stepper of(List<RunSpec> specs, ModelPackage model, CancelToken cancel) {
        RunSpec common = specs.getFirst();
        NoiseSource noise = Catalog.noise(common.noise());
        List<Subject> subjects = new ArrayList<>();
        for (RunSpec spec : specs) {
            Wording wording = new Wording(spec.prompt(), spec.negative(), model.adviser().labels());
            Branches branches = LaneBranches.encode(wording, Catalog.policy(spec.policy()).prompts(wording), spec.syntax(), model.text(), cancel);
            for (int i = 0; i < spec.batch(); i++) {
                long seed = spec.seed() + i;
                int downscale = model.latentFormat().downscale();
                subjects.add(new Subject(branches, seed, noise.initial(seed, model.latentFormat().channels(), spec.height() / downscale, spec.width() / downscale)));
            }
        }
        return new Stepper(
                subjects,
                model.denoiser(),
                model.adviser(),
                model.parameterization(),
                model.latentUnit(),
                Catalog.sampler(common.sampler()),
                Catalog.spacing(common.spacing()).grid(model.schedule(common.width(), common.height()), common.steps()),
                noise,
                cancel);
    }

    /// The same samples on another grid.
    public Stepper withGrid(StepGrid other) {
        return new Stepper(subjects, denoiser, adviser, parameterization, unit, sampler, other, noise, cancel);
    }

    /// Pure noise, one moment per subject.
    public List<Moment> start(PolicyStack stack) {
        double scale = grid.initialScale() * stack.particles().map(Particles::startScale).orElse(1.0);
        return subjects.stream()
                .map(subject -> new Moment(SamplerState.start(LatentOps.scale(scale, subject.first())), stack.begin(), 0))
                .toList();
    }

    /// The samples one step on.
    ///
    /// @param from one per subject, before step `index`
    public List<Moment> step(List<Moment> from, int index, PolicyStack stack) {
        Step step = new Step(index, grid);
        List<Stride> strides = IntStream.range(0, subjects.size())
                .mapToObj(i -> {
                    Subject subject = subjects.get(i);
                    Stride.Noise fresh = new Stride.Noise(noise, subject.seed(), 1);
                    GuidedStep guided = new GuidedStep(
                            step, stack, from.get(i).policy(), parameterization, subject.branches(), unit, fresh.guidance(step, subject.first()));
                    return Stride.begin(step, sampler, from.get(i), guided, fresh);
                })
                .toList();
        List<LinkedEvaluations.Answered<SamplerState>> answered = answer(strides.stream().map(Stride::evaluation).toList());
        List<Advanced> advanced = IntStream.range(0, strides.size())
                .mapToObj(i -> strides.get(i).end(answered.get(i).result(), answered.get(i), 0))
                .toList();
        return Resampling.settle(stack, step, subjects.getFirst().seed(), advanced).stream().map(Advanced::moment).toList();
    }

    /// The samples after all steps, under one policy.
    public List<Moment> run(List<Moment> start, PolicyStack stack) {
        List<Moment> now = start;
        for (int i = 0; i < grid.steps(); i++) {
            now = step(now, i, stack);
        }
        return now;
    }

    /// The clean samples at the end, all steps under one policy.
    public List<Latents> end(List<Moment> start, PolicyStack stack) {
        return run(start, stack).stream().map(moment -> moment.sampler().x()).toList();
    }

    /// The noise from which deterministic DDIM under the policy leads to `clean`. The policy's memory is new at every step: one that needs it cannot be inverted.
    ///
    /// @param clean one per subject
    public List<Moment> invert(List<Latents> clean, PolicyStack stack, DdimInversion inversion) {
        List<Latents> now = clean;
        for (int i = grid.steps() - 1; i >= 0; i--) {
            Step step = new Step(i, grid);
            List<Evaluation<Latents>> evaluations = new ArrayList<>();
            for (int s = 0; s < subjects.size(); s++) {
                Subject subject = subjects.get(s);
                IntFunction<Latents> fresh = new Stride.Noise(noise, subject.seed(), 1).guidance(step, subject.first());
                GuidedStep guided = new GuidedStep(step, stack, stack.begin(), parameterization, subject.branches(), unit, fresh);
                evaluations.add(inversion.step(step.next(), step.here(), now.get(s), guided));
            }
            now = answer(evaluations).stream().map(LinkedEvaluations.Answered::result).toList();
        }
        return now.stream().map(x -> new Moment(SamplerState.start(x), stack.begin(), 0)).toList();
    }

    private <T> List<LinkedEvaluations.Answered<T>> answer(List<Evaluation<T>> evaluations) {
        if (cancel.isCancelled()) {
            throw new Cancelled();
        }
        return LinkedEvaluations.answer(evaluations, denoiser, adviser, cancel);
    }
}
