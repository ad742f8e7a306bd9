package org.lodestar.engine.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.model.CountingDenoiser;
import org.lodestar.engine.model.Denoiser;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.GuidedDenoiser;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.sampler.Sampler;
import org.lodestar.engine.sampler.SamplerState;
import org.lodestar.engine.sampler.Step;
import org.lodestar.engine.sampler.StepNoise;
import org.lodestar.engine.schedule.StepGrid;

/// Folds a sampler over a grid without an engine: asks one branch of a denoiser and answers every evaluation at once.
///
/// @param denoiser what answers
/// @param guided   what the sampler sees
/// @param noise    fresh noise by step
public record SamplerLoop(CountingDenoiser denoiser, GuidedDenoiser guided, NoiseOfStep noise) {

    /// Fresh noise of a run.
    @FunctionalInterface
    public interface NoiseOfStep {
        StepNoise at(int step);
    }

    /// A branch that analytic denoisers know by its name.
    public static Branch branch(String name) {
        return Branch.main(name, new Conditioning("", Map.of()));
    }

    /// A loop that asks the branch "cond" and must not draw noise.
    public static SamplerLoop over(Denoiser denoiser) {
        return over(denoiser, step -> k -> {
            throw new AssertionError("step " + step + " drew noise");
        });
    }

    /// A loop that asks the branch "cond".
    public static SamplerLoop over(Denoiser denoiser, NoiseOfStep noise) {
        Branch branch = branch("cond");
        return new SamplerLoop(new CountingDenoiser(denoiser), (x, level) -> Evaluation.ask(new Query(branch, x, level)), noise);
    }

    /// The states before the first step and after each step.
    public List<SamplerState> states(Sampler sampler, StepGrid grid, Latents start) {
        List<SamplerState> states = new ArrayList<>();
        states.add(SamplerState.start(start));
        for (int i = 0; i < grid.steps(); i++) {
            states.add(step(sampler, new Step(i, grid), states.getLast()));
        }
        return states;
    }

    /// The last state's sample.
    public Latents end(Sampler sampler, StepGrid grid, Latents start) {
        return states(sampler, grid, start).getLast().x();
    }

    /// The state after one step.
    public SamplerState step(Sampler sampler, Step step, SamplerState state) {
        return answer(sampler.step(step, state, guided, noise.at(step.index())));
    }

    /// The result of an evaluation, with every question answered by the denoiser.
    public <T> T answer(Evaluation<T> evaluation) {
        Evaluation<T> open = evaluation;
        while (open instanceof Evaluation.Ask<T> ask) {
            open = ask.then().apply(denoiser.predict(ask.queries(), new CancelToken()));
        }
        return ((Evaluation.Done<T>) open).value();
    }
}
