package org.lodestar.engine.internal.ort;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;

/// Native libraries that are installed on this machine, found as the system's own loader finds them. One that was found stays loaded: a library that other code may use must not be unloaded.
final class SystemLibraries {

    private SystemLibraries() {}

    /// Those of `libraries` that cannot be loaded. The loader's own message names only the first.
    static List<Provider.Library> missing(List<Provider.Library> libraries) {
        return libraries.stream().filter(library -> find(library.name()).isEmpty()).toList();
    }

    @SuppressWarnings("restricted")
    private static Optional<SymbolLookup> find(String name) {
        try {
            return Optional.of(SymbolLookup.libraryLookup(name, Arena.global()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// The version that TensorRT says of itself, as a number; empty if it is not installed.
    @SuppressWarnings("restricted")
    static Optional<Integer> tensorRtVersion(String platform) {
        Optional<MemorySegment> function = find(platform.startsWith("win-") ? "nvinfer_10.dll" : "libnvinfer.so.10").flatMap(library -> library.find("getInferLibVersion"));
        if (function.isEmpty()) {
            return Optional.empty();
        }
        MethodHandle version = Linker.nativeLinker().downcallHandle(function.get(), FunctionDescriptor.of(ValueLayout.JAVA_INT));
        try {
            return Optional.of((int) version.invokeExact());
        } catch (Throwable e) {
            throw new IllegalStateException("a native function without arguments threw", e);
        }
    }
}
