package org.lodestar.engine.internal.ort;

import java.lang.System.Logger.Level;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// The memory outside Java's heap, in which networks lie.
///
/// The C library of Linux keeps what a closed network gives back in one pool for each thread that ever loaded one, so that a program that unloads models, or opens one engine after another, would
/// seem to grow by a model each time. Other systems' libraries give memory back by themselves.
final class NativeHeap {
    private static final Optional<MethodHandle> TRIM = trimmer();

    private NativeHeap() {}

    /// Gives memory that is free back to the system, where its C library has to be asked. Takes some milliseconds.
    ///
    /// @return whether it had to be asked
    static boolean giveBack() {
        TRIM.ifPresent(NativeHeap::call);
        return TRIM.isPresent();
    }

    private static void call(MethodHandle trim) {
        try {
            int _ = (int) trim.invokeExact(0L);
        } catch (Throwable e) {
            // Memory that is not given back is no reason to fail.
            System.getLogger(NativeHeap.class.getName()).log(Level.WARNING, "free memory could not be given back", e);
        }
    }

    /// `int malloc_trim(size_t pad)` of the GNU C library.
    @SuppressWarnings("restricted")
    private static Optional<MethodHandle> trimmer() {
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup().find("malloc_trim").map(address -> linker.downcallHandle(address, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG)));
    }
}
