package org.lodestar.engine.internal.ort;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A network that costs memory only once it is used.
final class LazyNet implements Supplier<OrtNet>, HeldNet {
    private final Supplier<OrtNet> opener;
    private @Nullable OrtNet net;
    private boolean closed;

    LazyNet(Supplier<OrtNet> opener) {
        this.opener = opener;
    }

    /// The network, opened at the first call.
    @Override
    public synchronized OrtNet get() {
        if (closed) {
            throw new OrtNet.Closed("the model is closed");
        }
        if (net == null) {
            net = opener.get();
        }
        return net;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (net != null) {
            net.close();
        }
    }
}
