package org.lodestar.engine.latent;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/// An immutable picture in model space: `channels x height x width` 32-bit floats, row-major (channel, row, column), one sample.
///
/// Batches do not exist at this level: each sample of a batch is a value of its own, so that a policy may decide for each of them, and a network call gathers
/// as many as it likes. Arithmetic is in [LatentOps].
public final class Latents {

    private final int channels;
    private final int height;
    private final int width;
    private final float[] values;

    private Latents(int channels, int height, int width, float[] values) {
        if (channels < 1 || height < 1 || width < 1 || (long) channels * height * width != values.length) {
            throw new IllegalArgumentException(
                    "latents of " + channels + "x" + height + "x" + width + " cannot hold " + values.length + " values");
        }
        this.channels = channels;
        this.height = height;
        this.width = width;
        this.values = values;
    }

    /// A copy of `values`, which has `channels*height*width` entries.
    public static Latents of(int channels, int height, int width, float[] values) {
        return new Latents(channels, height, width, values.clone());
    }

    /// Takes `values` over without copying: the caller must not keep it.
    public static Latents adopt(int channels, int height, int width, float[] values) {
        return new Latents(channels, height, width, values);
    }

    /// The next `channels*height*width` floats of `source`, whose position moves past them.
    public static Latents read(int channels, int height, int width, FloatBuffer source) {
        float[] values = new float[channels * height * width];
        source.get(values);
        return new Latents(channels, height, width, values);
    }

    /// All zero.
    public static Latents zeros(int channels, int height, int width) {
        return new Latents(channels, height, width, new float[channels * height * width]);
    }

    /// A value of the same shape whose entry `i` (row-major) is `value(i)`.
    public Latents like(IntToDoubleFunction value) {
        float[] out = new float[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) value.applyAsDouble(i);
        }
        return new Latents(channels, height, width, out);
    }

    /// A value of the same shape that takes `replacement` over without copying.
    public Latents likeAdopting(float[] replacement) {
        return new Latents(channels, height, width, replacement);
    }

    public int channels() {
        return channels;
    }

    public int height() {
        return height;
    }

    public int width() {
        return width;
    }

    /// `channels*height*width`.
    public int size() {
        return values.length;
    }

    /// The entry at a row-major index.
    public float at(int index) {
        return values[index];
    }

    /// The entry of one channel at (row `y`, column `x`).
    public float at(int channel, int y, int x) {
        return values[(channel * height + y) * width + x];
    }

    /// A copy of all entries, row-major.
    public float[] toArray() {
        return values.clone();
    }

    /// Appends all entries to `target`.
    public void copyTo(FloatBuffer target) {
        target.put(values);
    }

    /// Whether `other` has the same channels, height and width.
    public boolean sameShape(Latents other) {
        return channels == other.channels && height == other.height && width == other.width;
    }

    /// `4x16x16`, for messages.
    public String shape() {
        return channels + "x" + height + "x" + width;
    }

    /// Read access without a copy for the kernels of this package only.
    float[] raw() {
        return values;
    }

    /// Bit-for-bit equality of shape and values (`NaN` equals `NaN`, `0.0` differs from `-0.0`).
    @Override
    public boolean equals(Object other) {
        return other instanceof Latents that
                && channels == that.channels
                && height == that.height
                && width == that.width
                && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values) * 31 + channels;
    }

    @Override
    public String toString() {
        return "Latents[" + shape() + "]";
    }
}
