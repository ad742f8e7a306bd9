package org.lodestar.engine.cli;

import java.util.function.LongSupplier;

/// What all commands work with.
///
/// @param terminal     where they write
/// @param installation where the program keeps things
/// @param random       new seeds
public record Context(Terminal terminal, Installation installation, LongSupplier random) {}
