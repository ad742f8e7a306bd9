package org.lodestar.engine.pack;

import java.util.List;
import java.util.stream.Stream;

/// Operators that exports for GPUs use and the CPU has no kernel for.
public final class GpuOnly {
    private static final String DOMAIN = "com.microsoft:";
    private static final List<String> OPERATORS = List.of("NhwcConv", "GroupNorm", "SkipGroupNorm", "BiasAdd", "BiasSplitGelu");

    /// What [OnnxFile] calls an attention whose keys or values come packed with its queries: the CPU opens it and then fails.
    static final String PACKED_ATTENTION = "com.microsoft:MultiHeadAttention (packed)";

    /// What [OnnxFile] calls convolutions and products whose weights are in bfloat16.
    static final String BRAIN_FLOATS = "arithmetic in bfloat16";

    private GpuOnly() {}

    /// Those of them in a graph.
    public static List<String> operators(OnnxFile file) {
        return Stream.concat(OPERATORS.stream().map(name -> DOMAIN + name), Stream.of(PACKED_ATTENTION, BRAIN_FLOATS))
                .filter(file.operators()::containsKey)
                .map(name -> name.startsWith(DOMAIN) ? name.substring(DOMAIN.length()) : name)
                .toList();
    }
}
