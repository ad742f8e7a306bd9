package org.lodestar.engine.model;

import org.lodestar.engine.latent.Latents;

/// One estimate, seen from both ends: `x = alpha*denoised + sigma*noise`.
///
/// @param denoised the clean sample x0
/// @param noise    the unit-variance noise direction eps
public record Prediction(Latents denoised, Latents noise) {}
