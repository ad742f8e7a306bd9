package org.lodestar.engine.internal.ort;

/// What a model keeps open until it is closed itself.
sealed interface HeldNet extends AutoCloseable permits LazyNet, MixedNet {
    @Override
    void close();
}
