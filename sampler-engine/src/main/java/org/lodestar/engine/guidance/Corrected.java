package org.lodestar.engine.guidance;

import org.lodestar.engine.latent.Latents;

/// A corrected estimate, with what the correction remembers.
///
/// @param guided the clean sample after the correction; the very value that came in where nothing was to be done
/// @param next   the correction's state after this evaluation
public record Corrected(Latents guided, PolicyState next) {}
