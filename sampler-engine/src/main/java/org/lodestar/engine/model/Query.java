package org.lodestar.engine.model;

import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.schedule.NoiseLevel;

/// One question to the network: what is the clean sample in `x` at `level`, given `branch`? One query is one network evaluation (NFE).
public record Query(Branch branch, Latents x, NoiseLevel level) {}
