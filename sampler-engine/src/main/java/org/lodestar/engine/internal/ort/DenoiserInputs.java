package org.lodestar.engine.internal.ort;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.latent.Patches;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.model.Embedding;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.pack.DenoiserPorts;
import org.lodestar.engine.pack.OnnxFile.Port;

/// What the inputs of a denoiser beside state and time are told for a query, by their meaning. Without the batch axis.
///
/// @param downscale     pixels per latent cell
/// @param usualGuidance the guidance weight where the conditioning does not say
record DenoiserInputs(int downscale, double usualGuidance) {
    /// Numbers of a place.
    private static final int PLACE = 3;

    Embedding of(DenoiserPorts.Other other, Query query) {
        Map<String, Embedding> tensors = query.branch().conditioning().tensors();
        Latents x = query.x();
        return switch (other.meaning()) {
            case TEXT_STATES -> given(tensors, OrtTextEncoder.STATES, other.port());
            case POOLED_TEXT -> given(tensors, OrtTextEncoder.POOLED, other.port());
            case TEXT_MASK -> given(tensors, OrtTextEncoder.MASK, other.port());
            case TEXT_PLACES -> zeroPlaces(given(tensors, OrtTextEncoder.STATES, other.port()).shape()[0]);
            case PATCH_PLACES -> patchPlaces(x.height() / Patches.SIDE, x.width() / Patches.SIDE);
            case PICTURE_SIZE -> row(pixels(x.height()), pixels(x.width()));
            case PICTURE_SHAPE -> row((float) x.height() / x.width());
            case SIZES -> sizes(x, tensors.get(Conditioning.BEAUTY));
            case GUIDANCE_WAVES -> waves(guidance(tensors) - 1, Math.toIntExact(other.port().fixed(1)));
            case GUIDANCE -> new Embedding(new int[0], new float[] {(float) guidance(tensors)});
            case SWITCH -> throw new IllegalArgumentException("a switch is told nothing");
        };
    }

    private static Embedding given(Map<String, Embedding> tensors, String name, Port port) {
        Embedding embedding = tensors.get(name);
        if (embedding == null) {
            throw new EngineException.InferenceFailure("The network asks for the input " + port + ", which nothing provides. This kind of model is not supported.", null);
        }
        return embedding;
    }

    private double guidance(Map<String, Embedding> tensors) {
        Embedding given = tensors.get(Conditioning.GUIDANCE);
        return given == null ? usualGuidance : given.at(0);
    }

    private static Embedding zeroPlaces(int rows) {
        return new Embedding(new int[] {rows, PLACE}, new float[rows * PLACE]);
    }

    /// `0, row, column` of every patch, row by row.
    static Embedding patchPlaces(int rows, int columns) {
        float[] places = new float[rows * columns * PLACE];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                int at = (row * columns + column) * PLACE;
                places[at + 1] = row;
                places[at + 2] = column;
            }
        }
        return new Embedding(new int[] {rows * columns, PLACE}, places);
    }

    /// Original height and width, crop at the top and left, then the rating or target height and width, as if trained on a picture of this very size.
    private Embedding sizes(Latents x, @Nullable Embedding rating) {
        float height = pixels(x.height());
        float width = pixels(x.width());
        return rating == null ? row(height, width, 0, 0, height, width) : row(height, width, 0, 0, rating.at(0));
    }

    private float pixels(int cells) {
        return cells * (float) downscale;
    }

    private static Embedding row(float... values) {
        return new Embedding(new int[] {values.length}, values);
    }

    /// Sines, then cosines, of `1000*w` times frequencies from 1 down to 1/10000 in equal ratios (`half - 1` of them between `half` frequencies).
    static Embedding waves(double w, int width) {
        int half = width / 2;
        float[] values = new float[width];
        for (int i = 0; i < half; i++) {
            double angle = 1000 * w * Math.exp(-Math.log(10000) * i / Math.max(1, half - 1));
            values[i] = (float) Math.sin(angle);
            values[half + i] = (float) Math.cos(angle);
        }
        return row(values);
    }
}
