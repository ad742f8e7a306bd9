package org.lodestar.engine.preview;

import java.util.List;
import org.lodestar.engine.image.Rgb;
import org.lodestar.engine.latent.LatentFormat.RgbFactors;
import org.lodestar.engine.latent.Latents;

/// The common cheap preview: each latent cell becomes one pixel, `rgb = bias + sum_c weights[c]*z[c]` in -1..1. Tens of microseconds per picture.
public final class LinearPreviewer implements LatentPreviewer {
    private final float[][] weights;
    private final float[] bias;

    /// @param factors one row per latent channel
    public LinearPreviewer(RgbFactors factors) {
        weights = new float[factors.weights().size()][3];
        for (int c = 0; c < weights.length; c++) {
            weights[c] = rgb(factors.weights().get(c));
        }
        bias = rgb(factors.bias());
    }

    private static float[] rgb(List<Double> row) {
        if (row.size() != 3) {
            throw new IllegalArgumentException("a row of latent-to-RGB factors has 3 entries, got " + row.size());
        }
        return new float[] {row.get(0).floatValue(), row.get(1).floatValue(), row.get(2).floatValue()};
    }

    @Override
    public Rgb preview(Latents denoised) {
        int plane = denoised.height() * denoised.width();
        byte[] bytes = new byte[plane * 3];
        for (int pixel = 0; pixel < plane; pixel++) {
            for (int channel = 0; channel < 3; channel++) {
                bytes[pixel * 3 + channel] = toByte(0.5f * (bias[channel] + linear(denoised, pixel, plane, channel)) + 0.5f);
            }
        }
        return Rgb.adopt(denoised.width(), denoised.height(), bytes);
    }

    @Override
    public Rgb difference(Latents a, Latents b) {
        if (!a.sameShape(b)) {
            throw new IllegalArgumentException("latents of different shapes: " + a.shape() + " and " + b.shape());
        }
        int plane = a.height() * a.width();
        float[] values = new float[plane * 3];
        float largest = 0;
        for (int pixel = 0; pixel < plane; pixel++) {
            for (int channel = 0; channel < 3; channel++) {
                float value = linear(b, pixel, plane, channel) - linear(a, pixel, plane, channel);
                values[pixel * 3 + channel] = value;
                largest = Math.max(largest, Math.abs(value));
            }
        }
        float gain = largest > 0 ? 0.5f / largest : 0;
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = toByte(0.5f + gain * values[i]);
        }
        return Rgb.adopt(a.width(), a.height(), bytes);
    }

    private float linear(Latents z, int pixel, int plane, int channel) {
        if (z.channels() != weights.length) {
            throw new IllegalArgumentException("latents of " + z.channels() + " channels, the preview is for " + weights.length);
        }
        float sum = 0;
        for (int c = 0; c < weights.length; c++) {
            sum += weights[c][channel] * z.at(c * plane + pixel);
        }
        return sum;
    }

    private static byte toByte(float unit) {
        return (byte) Math.round(Math.clamp(unit, 0f, 1f) * 255f); // NaN becomes 0
    }
}
