package org.lodestar.engine.noise;

/// Which fresh noise of a run is wanted: by its place in the run, and by how many tensors a program that draws one after the other has drawn before it.
///
/// @param step   index of the step, from 0
/// @param k      which draw of the step, from 0
/// @param number tensors before it from the same seed: those that open the run ([NoiseSource#opening]), then those of earlier steps, then those of this step
public record Draw(int step, int k, int number) {

    /// Draw `k` of a step of a run that `openings` tensors open and whose steps draw `perStep` each.
    public static Draw after(int openings, int step, int perStep, int k) {
        return new Draw(step, k, openings + step * perStep + k);
    }
}
