package org.lodestar.engine.run;

import org.lodestar.engine.guidance.PolicyState;
import org.lodestar.engine.sampler.SamplerState;

/// Everything that decides how one sample goes on: where a run can be continued or branched from. Immutable.
///
/// @param sampler   the noisy state and the sampler's history
/// @param policy    what the policy stack remembers
/// @param logWeight the sample's log-weight as a particle since the last resampling; 0 without particles
public record Moment(SamplerState sampler, PolicyState policy, double logWeight) {}
