package org.lodestar.engine.sampler;

import java.util.function.Function;
import org.lodestar.engine.parameter.Descriptor;
import org.lodestar.engine.parameter.Parameters;

/// A catalogue entry for a sampler.
///
/// @param descriptor         id, words, parameters
/// @param order              order of convergence on the ODE (1 for Euler)
/// @param evaluationsPerStep guided evaluations of an inner step
/// @param evaluationsLastStep guided evaluations of the last step (where sigma' is 0), often fewer
/// @param stochastic         whether it draws noise with its fallback parameters
/// @param create             makes the sampler from checked parameters
public record SamplerType(
        Descriptor descriptor,
        int order,
        int evaluationsPerStep,
        int evaluationsLastStep,
        boolean stochastic,
        Function<Parameters, Sampler> create) {}
