package org.lodestar.engine.pack;

import java.util.List;
import java.util.stream.Stream;

/// Operators that optimised exports use and the CPU has no kernel for.
public final class GpuOnly {
    private static final String DOMAIN = "com.microsoft:";
    private static final List<String> OPERATORS = List.of("NhwcConv", "GroupNorm", "SkipGroupNorm", "BiasAdd", "BiasSplitGelu");

    /// What [OnnxFile] calls an attention whose keys or values come packed with its queries: the CPU opens it and then fails.
    static final String PACKED_ATTENTION = "com.microsoft:MultiHeadAttention (packed)";

    private GpuOnly() {}

    /// Those of them in a graph.
    public static List<String> operators(OnnxFile file) {
        return Stream.concat(OPERATORS.stream().map(name -> DOMAIN + name), Stream.of(PACKED_ATTENTION))
                .filter(file.operators()::containsKey)
                .map(name -> name.substring(DOMAIN.length()))
                .toList();
    }
}
