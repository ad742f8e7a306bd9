package org.lodestar.engine.sampler;

import java.util.function.Function;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.Parameters;

/// A catalogue entry for a sampler.
///
/// @param descriptor           id, words, parameters
/// @param order                order of convergence on the ODE with its fallback parameters and no fresh noise (1 for Euler); 0 if it does not follow the ODE
/// @param evaluationsFirstStep guided evaluations of the first step, more for methods that have to find their pace
/// @param evaluationsPerStep   guided evaluations of an inner step
/// @param evaluationsLastStep  guided evaluations of the last step (where sigma' is 0), often fewer
/// @param stochastic           whether it draws noise with its fallback parameters
/// @param create               makes the sampler from checked parameters
public record SamplerType(
        Descriptor descriptor,
        int order,
        int evaluationsFirstStep,
        int evaluationsPerStep,
        int evaluationsLastStep,
        boolean stochastic,
        Function<Parameters, Sampler> create) {

    /// A sampler whose first step is like any other.
    public SamplerType(
            Descriptor descriptor, int order, int evaluationsPerStep, int evaluationsLastStep, boolean stochastic, Function<Parameters, Sampler> create) {
        this(descriptor, order, evaluationsPerStep, evaluationsPerStep, evaluationsLastStep, stochastic, create);
    }

    /// Guided evaluations of a run of `steps` steps that ends clean.
    public int evaluations(int steps) {
        return steps == 1 ? evaluationsLastStep : evaluationsFirstStep + (steps - 2) * evaluationsPerStep + evaluationsLastStep;
    }
}
