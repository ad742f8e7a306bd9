package org.lodestar.engine.pack;

/// Where the user wants the networks to run.
public enum DeviceWish {
    /// CUDA if it loads, else the CPU; the reason is reported.
    AUTO,
    CPU,
    /// CUDA or an error that says what is missing.
    CUDA
}
