package org.lodestar.engine.internal.ort;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.pack.DenoiserPorts;
import org.lodestar.engine.pack.ModelFolder.Denoising;

/// A network that costs memory only once it is used.
final class LazyNet implements AutoCloseable {
    private final Supplier<OrtNet> opener;
    private @Nullable OrtNet net;
    private boolean closed;

    LazyNet(Supplier<OrtNet> opener) {
        this.opener = opener;
    }

    /// The network, opened at the first call.
    synchronized OrtNet get() {
        if (closed) {
            throw new IllegalStateException("the model is closed");
        }
        if (net == null) {
            net = opener.get();
        }
        return net;
    }

    /// This network as a source of predictions.
    OrtDenoiser.Source source(Denoising denoising) {
        return new OrtDenoiser.Source() {
            @Override
            public OrtNet net() {
                return get();
            }

            @Override
            public DenoiserPorts ports() {
                return denoising.ports();
            }
        };
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (net != null) {
            net.close();
        }
    }
}
