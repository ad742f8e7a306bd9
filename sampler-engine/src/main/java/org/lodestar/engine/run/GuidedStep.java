package org.lodestar.engine.run;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.lodestar.engine.guidance.Branches;
import org.lodestar.engine.guidance.GuidanceOutcome;
import org.lodestar.engine.guidance.PolicyStack;
import org.lodestar.engine.guidance.PolicyState;
import org.lodestar.engine.guidance.StepContext;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.GuidedDenoiser;
import org.lodestar.engine.model.Parameterization;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.sampler.Step;
import org.lodestar.engine.schedule.NoiseLevel;

/// The guided denoiser of one step of one sample, and the notebook in which that step's outcomes are written. Used once, on the inference thread.
final class GuidedStep implements GuidedDenoiser {
    private final Step step;
    private final PolicyStack stack;
    private final PolicyState before;
    private final Parameterization parameterization;
    private final Branches branches;
    private final int unit;
    private final IntFunction<Latents> noise;
    private final List<GuidanceOutcome> outcomes = new ArrayList<>();
    private int asked;

    /// @param unit  latent cells: sides of states that the network takes are multiples of it
    /// @param noise what guidance may draw in this step
    GuidedStep(
            Step step, PolicyStack stack, PolicyState before, Parameterization parameterization, Branches branches, int unit, IntFunction<Latents> noise) {
        this.step = step;
        this.stack = stack;
        this.before = before;
        this.parameterization = parameterization;
        this.branches = branches;
        this.unit = unit;
        this.noise = noise;
    }

    @Override
    public Evaluation<Prediction> at(Latents x, NoiseLevel level) {
        StepContext context = new StepContext(step.index(), asked++, step.grid(), level, x, parameterization, branches, unit, noise);
        return stack.evaluate(context, before).map(outcome -> {
            outcomes.add(outcome);
            return outcome.guided();
        });
    }

    /// One per evaluation, in order; at least one after the step.
    List<GuidanceOutcome> outcomes() {
        return outcomes;
    }

    /// The policies' state after the step: that of stage 0, so that momentum and latches count steps, not evaluations.
    PolicyState after() {
        return outcomes.getFirst().next();
    }
}
