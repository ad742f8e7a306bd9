package org.lodestar.engine.model;

import java.util.Arrays;

/// A float tensor without the batch axis that conditions the network: for example 32 x 384 text states.
public final class Embedding {
    private final int[] shape;
    private final float[] values;

    /// @param shape  axes without the batch axis
    /// @param values row-major; copied
    public Embedding(int[] shape, float[] values) {
        int size = 1;
        for (int axis : shape) {
            size = Math.multiplyExact(size, axis);
        }
        if (size != values.length) {
            throw new IllegalArgumentException("an embedding of shape " + Arrays.toString(shape) + " cannot hold " + values.length + " values");
        }
        this.shape = shape.clone();
        this.values = values.clone();
    }

    public int[] shape() {
        return shape.clone();
    }

    public int size() {
        return values.length;
    }

    public float at(int index) {
        return values[index];
    }

    /// A copy of all values, row-major.
    public float[] toArray() {
        return values.clone();
    }

    /// Appends all values to `target`.
    public void copyTo(java.nio.FloatBuffer target) {
        target.put(values);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Embedding that && Arrays.equals(shape, that.shape) && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values) * 31 + Arrays.hashCode(shape);
    }
}
