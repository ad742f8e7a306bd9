package org.lodestar.engine.pack;

/// Element types of ONNX tensors, with the code numbers and widths of the ONNX format.
public enum TensorType {
    UNDEFINED(0, 0),
    FLOAT(1, 32),
    UINT8(2, 8),
    INT8(3, 8),
    UINT16(4, 16),
    INT16(5, 16),
    INT32(6, 32),
    INT64(7, 64),
    STRING(8, 0),
    BOOL(9, 8),
    FLOAT16(10, 16),
    DOUBLE(11, 64),
    UINT32(12, 32),
    UINT64(13, 64),
    COMPLEX64(14, 64),
    COMPLEX128(15, 128),
    BFLOAT16(16, 16),
    FLOAT8E4M3FN(17, 8),
    FLOAT8E4M3FNUZ(18, 8),
    FLOAT8E5M2(19, 8),
    FLOAT8E5M2FNUZ(20, 8),
    UINT4(21, 4),
    INT4(22, 4),
    FLOAT4E2M1(23, 4);

    private final int code;
    private final int bits;

    TensorType(int code, int bits) {
        this.code = code;
        this.bits = bits;
    }

    /// The type with an ONNX code number; [#UNDEFINED] for numbers this list does not know.
    public static TensorType of(long code) {
        for (TensorType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        return UNDEFINED;
    }

    /// Bits per element; 0 where it varies or is not known.
    public int bits() {
        return bits;
    }

    /// Whether pictures and embeddings can be carried in it without loss of meaning.
    public boolean isFloating() {
        return this == FLOAT || this == FLOAT16 || this == BFLOAT16 || this == DOUBLE;
    }

    /// `float`, `int64`, ..., as ONNX tools print it.
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
