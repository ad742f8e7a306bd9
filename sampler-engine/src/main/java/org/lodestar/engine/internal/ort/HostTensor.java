package org.lodestar.engine.internal.ort;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Function;
import org.lodestar.engine.pack.TensorType;

/// A tensor in memory of our own that is filled, run and read again and again without copies. Values are floats on our side, whatever the network wants.
final class HostTensor implements AutoCloseable {
    private final TensorType type;
    private final long[] shape;
    private final int size;
    private final ByteBuffer memory;
    private final FloatBuffer staging;
    private final OnnxTensor tensor;

    HostTensor(OrtEnvironment environment, TensorType type, long[] shape) throws OrtException {
        this.type = type;
        this.shape = shape.clone();
        long elements = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        this.size = Math.toIntExact(elements);
        this.memory = ByteBuffer.allocateDirect(Math.toIntExact(elements * type.bits() / 8)).order(ByteOrder.nativeOrder());
        this.staging = type == TensorType.FLOAT ? memory.asFloatBuffer() : FloatBuffer.allocate(size);
        this.tensor = OnnxTensor.createTensor(environment, memory, shape, javaType(type));
    }

    static boolean supports(TensorType type) {
        return switch (type) {
            case FLOAT, FLOAT16, BFLOAT16, DOUBLE, INT32, INT64, BOOL -> true;
            default -> false;
        };
    }

    OnnxTensor tensor() {
        return tensor;
    }

    boolean hasShape(long[] other) {
        return Arrays.equals(shape, other);
    }

    int size() {
        return size;
    }

    /// Sets every element.
    void fill(double value) {
        for (int i = 0; i < size; i++) {
            set(i, value);
        }
    }

    /// Sets one element, rounded where the network wants whole numbers.
    void set(int index, double value) {
        switch (type) {
            case FLOAT -> memory.putFloat(index * 4, (float) value);
            case FLOAT16 -> memory.putShort(index * 2, Float.floatToFloat16((float) value));
            case BFLOAT16 -> memory.putShort(index * 2, toBfloat16((float) value));
            case DOUBLE -> memory.putDouble(index * 8, value);
            case INT32 -> memory.putInt(index * 4, Math.toIntExact(Math.round(value)));
            case INT64 -> memory.putLong(index * 8, Math.round(value));
            case BOOL -> memory.put(index, (byte) (value != 0 ? 1 : 0));
            default -> throw new IllegalStateException("no carrier for " + type);
        }
    }

    /// Lets `writer` put floats from element `offset` on.
    void write(int offset, Consumer<FloatBuffer> writer) {
        staging.position(offset);
        writer.accept(staging);
        if (type != TensorType.FLOAT) {
            for (int i = offset; i < staging.position(); i++) {
                set(i, staging.get(i));
            }
        }
    }

    /// Lets `reader` take floats from element `offset` on.
    <T> T read(int offset, int length, Function<FloatBuffer, T> reader) {
        if (type != TensorType.FLOAT) {
            for (int i = offset; i < offset + length; i++) {
                staging.put(i, get(i));
            }
        }
        staging.position(offset);
        return reader.apply(staging);
    }

    private float get(int index) {
        return switch (type) {
            case FLOAT -> memory.getFloat(index * 4);
            case FLOAT16 -> Float.float16ToFloat(memory.getShort(index * 2));
            case BFLOAT16 -> Float.intBitsToFloat(memory.getShort(index * 2) << 16);
            case DOUBLE -> (float) memory.getDouble(index * 8);
            case INT32 -> memory.getInt(index * 4);
            case INT64 -> memory.getLong(index * 8);
            case BOOL -> memory.get(index);
            default -> throw new IllegalStateException("no carrier for " + type);
        };
    }

    @Override
    public void close() {
        tensor.close();
    }

    /// Round to nearest, ties to even.
    private static short toBfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        return Float.isNaN(value) ? (short) 0x7fc0 : (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
    }

    static OnnxJavaType javaType(TensorType type) {
        return switch (type) {
            case FLOAT -> OnnxJavaType.FLOAT;
            case FLOAT16 -> OnnxJavaType.FLOAT16;
            case BFLOAT16 -> OnnxJavaType.BFLOAT16;
            case DOUBLE -> OnnxJavaType.DOUBLE;
            case INT32 -> OnnxJavaType.INT32;
            case INT64 -> OnnxJavaType.INT64;
            case BOOL -> OnnxJavaType.BOOL;
            default -> throw new IllegalArgumentException("no carrier for " + type);
        };
    }
}
