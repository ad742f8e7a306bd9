package org.lodestar.engine.pack;

import java.util.List;

/// Operators that optimised exports use and the CPU has no kernel for.
public final class GpuOnly {
    private static final List<String> OPERATORS = List.of("NhwcConv", "GroupNorm", "SkipGroupNorm", "BiasAdd", "BiasSplitGelu");

    private GpuOnly() {}

    /// Those of them in a graph.
    public static List<String> operators(OnnxFile file) {
        return OPERATORS.stream().filter(name -> file.operators().containsKey("com.microsoft:" + name)).toList();
    }
}
