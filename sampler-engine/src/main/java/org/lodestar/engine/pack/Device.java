package org.lodestar.engine.pack;

import java.util.List;

/// Where the networks run, and why there.
///
/// @param provider execution provider in use, as [DeviceWish#text] names it: "cpu", "cuda", "plugin:/opt/provider.so", ...
/// @param label    for people: "CPU, 2 threads"
/// @param threads  threads per network call on the CPU
/// @param attempts what was tried, in order
public record Device(String provider, String label, int threads, List<Attempt> attempts) {
    public Device {
        attempts = List.copyOf(attempts);
    }

    /// @param provider what was tried
    /// @param worked   whether it could be used
    /// @param reason   why not, in plain words, with the missing library by name; or what it is
    public record Attempt(String provider, boolean worked, String reason) {}
}
