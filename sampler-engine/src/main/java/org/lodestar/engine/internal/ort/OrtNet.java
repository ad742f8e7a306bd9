package org.lodestar.engine.internal.ort;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.RunOptions;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Cancelled;
import org.lodestar.engine.model.Embedding;
import org.lodestar.engine.pack.Device;
import org.lodestar.engine.pack.ModelPart;
import org.lodestar.engine.pack.OnnxFile;
import org.lodestar.engine.pack.OnnxFile.Port;

/// One network: its native session and the tensors it is fed through. One call at a time; closing waits for a running call, since the native session must never go
/// away under one. It may take [Turns] in memory with others.
///
/// ```java
/// try (OrtNet.Call call = net.call()) {
///     call.input("sample", 1, 4, 16, 16).write(0, latents::copyTo);
///     HostTensor out = call.output("out_sample", 1, 4, 16, 16);
///     call.run(cancel);
///     return out.read(0, out.size(), buffer -> Latents.read(4, 16, 16, buffer));
/// }
/// ```
final class OrtNet implements AutoCloseable {
    /// Shapes kept ready per input or output: lanes and guidance policies switch between a few.
    private static final int SHAPES_KEPT = 6;

    private final String name;
    private final OnnxFile header;
    private final OrtRuntime runtime;
    private final Supplier<Session> loader;
    private final Turns turns;
    private final ReentrantLock lock;
    private final Map<String, List<HostTensor>> tensors = new HashMap<>();
    private @Nullable Session session;
    private boolean closed;

    /// Loads it, so that what is wrong with it shows at once.
    private OrtNet(String name, OnnxFile header, OrtRuntime runtime, Turns turns, Supplier<Session> loader) {
        this.name = name;
        this.header = header;
        this.runtime = runtime;
        this.turns = turns;
        this.lock = turns.lock();
        this.loader = loader;
        lock.lock();
        try {
            inMemory();
        } finally {
            lock.unlock();
        }
    }

    /// A network in memory.
    ///
    /// @param weights handed over from memory; the session goes on reading them
    private record Session(SessionOptions options, OrtSession session, Map<String, OnnxTensor> weights) {
        void close(String name) {
            try {
                session.close();
            } catch (OrtException e) {
                throw OrtFaults.running(name, e);
            } finally {
                options.close();
                weights.values().forEach(OnnxTensor::close);
            }
        }
    }

    /// Asked after it was closed.
    static final class Closed extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        Closed(String message) {
            super(message);
        }
    }

    /// Loads a network that stays in memory until it is closed.
    ///
    /// @param name   for messages ("unet/model.onnx")
    /// @param header what its file declares
    /// @throws org.lodestar.engine.fault.EngineException if it does not load
    static OrtNet open(OrtRuntime runtime, Device device, OrtRuntime.Use use, String name, Path file, OnnxFile header) {
        return open(runtime, device, use, name, file, header, CompiledForm.passing(header), new Turns());
    }

    /// Loads a network that may take turns in memory with others.
    ///
    /// @param form where the device keeps what it compiles the network into
    /// @throws org.lodestar.engine.fault.EngineException if it does not load, here or when its turn comes again
    static OrtNet open(OrtRuntime runtime, Device device, OrtRuntime.Use use, String name, Path file, OnnxFile header, CompiledForm form, Turns turns) {
        return new OrtNet(name, header, runtime, turns, () -> load(runtime, device, use, name, file, form));
    }

    private static Session load(OrtRuntime runtime, Device device, OrtRuntime.Use use, String name, Path file, CompiledForm form) {
        SessionOptions options = null;
        try {
            options = runtime.options(device, use, form);
            return new Session(options, runtime.environment().createSession(file.toString(), options), Map.of());
        } catch (OrtException e) {
            if (options != null) {
                options.close();
            }
            throw OrtFaults.loading(name, e);
        }
    }

    /// A network that is not a file: a graph in memory, with weights beside it.
    ///
    /// @param origin whose graph it is; weights in other files that are not among `weights` are read from where its own lie
    /// @param graph  the bytes of an ONNX file, in memory of our own
    /// @param weights external weights by name, in memory of our own
    record InMemory(ModelPart origin, ByteBuffer graph, Map<String, ByteBuffer> weights) {}

    /// Loads a network from memory.
    ///
    /// @throws org.lodestar.engine.fault.EngineException if it does not load
    static OrtNet open(OrtRuntime runtime, Device device, OrtRuntime.Use use, String name, InMemory content) {
        return new OrtNet(name, content.origin.header(), runtime, new Turns(), () -> load(runtime, device, use, name, content));
    }

    private static Session load(OrtRuntime runtime, Device device, OrtRuntime.Use use, String name, InMemory content) {
        Map<String, OnnxTensor> weights = new HashMap<>();
        SessionOptions options = null;
        try {
            options = runtime.options(device, use, CompiledForm.passing(content.origin.header()));
            Path folder = content.origin.file().toAbsolutePath().getParent();
            if (!content.origin.header().externals().isEmpty() && folder != null) {
                options.addConfigEntry("session.model_external_initializers_file_folder_path", folder.toString());
            }
            for (OnnxFile.Weight weight : content.origin.header().weights()) {
                ByteBuffer memory = content.weights.get(weight.name());
                if (memory != null) {
                    long[] shape = weight.dims().stream().mapToLong(Long::longValue).toArray();
                    weights.put(weight.name(), OnnxTensor.createTensor(runtime.environment(), memory, shape, HostTensor.javaType(weight.type())));
                }
            }
            if (!weights.isEmpty()) {
                options.addExternalInitializers(new HashMap<>(weights));
            }
            return new Session(options, runtime.environment().createSession(content.graph, options), weights);
        } catch (OrtException e) {
            if (options != null) {
                options.close();
            }
            weights.values().forEach(OnnxTensor::close);
            throw OrtFaults.loading(name, e);
        }
    }

    String name() {
        return name;
    }

    /// What the file declares.
    OnnxFile header() {
        return header;
    }

    /// Begins a call; waits for a running one, of any network of its group. Close it to let the next one begin.
    ///
    /// @throws org.lodestar.engine.fault.EngineException if it was put away and does not load again
    Call call() {
        lock.lock();
        try {
            if (closed) {
                throw new Closed("the network " + name + " is closed");
            }
            if (lock.getHoldCount() > 1) {
                throw new IllegalStateException("the network " + name + " was called within a call of its group");
            }
            return new Call(inMemory().session);
        } catch (RuntimeException | Error e) {
            lock.unlock();
            throw e;
        }
    }

    private Session inMemory() {
        turns.makeRoomFor(this);
        Session loaded = session;
        if (loaded == null) {
            loaded = loader.get();
            session = loaded;
        }
        return loaded;
    }

    /// Whether it is loaded and not put away.
    boolean isInMemory() {
        lock.lock();
        try {
            return session != null;
        } finally {
            lock.unlock();
        }
    }

    /// Gives its memory back until it is called again. The caller holds the lock.
    void putAway() {
        tensors.values().forEach(list -> list.forEach(HostTensor::close));
        tensors.clear();
        Session held = session;
        session = null;
        if (held != null) {
            held.close(name);
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            putAway();
        } finally {
            lock.unlock();
        }
    }

    /// One call of the network: bind inputs and outputs, run, read, close.
    final class Call implements AutoCloseable {
        private final OrtSession session;
        private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
        private final Map<String, OnnxTensor> outputs = new LinkedHashMap<>();

        private Call(OrtSession session) {
            this.session = session;
        }

        /// The tensor that feeds an input in this call. Its values are those of an earlier call until written.
        HostTensor input(String input, long... shape) {
            Port port = header.input(input);
            if (port == null) {
                throw new IllegalArgumentException(name + " has no input " + input);
            }
            HostTensor tensor = tensor(port, shape);
            inputs.put(input, tensor.tensor());
            return tensor;
        }

        /// The tensor that takes an output of this call; outputs not asked for are not copied out.
        HostTensor output(String output, long... shape) {
            Port port = header.output(output);
            if (port == null) {
                throw new IllegalArgumentException(name + " has no output " + output);
            }
            HostTensor tensor = tensor(port, shape);
            outputs.put(output, tensor.tensor());
            return tensor;
        }

        /// Runs the network.
        ///
        /// @throws Cancelled if `cancel` is or becomes cancelled
        /// @throws org.lodestar.engine.fault.EngineException if the network fails
        void run(CancelToken cancel) {
            run(cancel, Set.of(), result -> {});
        }

        /// Runs the network for outputs whose shapes are not known beforehand.
        ///
        /// @return the named outputs as floats, without their first (batch) axis, which is 1
        Map<String, Embedding> run(CancelToken cancel, Set<String> names) {
            Map<String, Embedding> found = new LinkedHashMap<>();
            run(cancel, names, result -> {
                for (String output : names) {
                    if (result.get(output).orElseThrow() instanceof OnnxTensor tensor) {
                        long[] shape = tensor.getInfo().getShape();
                        float[] values = new float[Math.toIntExact(tensor.getInfo().getNumElements())];
                        tensor.getFloatBuffer().get(values);
                        found.put(output, new Embedding(Arrays.stream(shape).skip(1).mapToInt(Math::toIntExact).toArray(), values));
                    }
                }
            });
            return found;
        }

        private void run(CancelToken cancel, Set<String> names, Consumer<OrtSession.Result> reader) {
            if (cancel.isCancelled()) {
                throw new Cancelled();
            }
            try (StopSwitch stop = new StopSwitch(cancel);
                    OrtSession.Result result = session.run(inputs, names, outputs, stop.options)) {
                reader.accept(result);
            } catch (OrtException e) {
                // The runtime reports a stop as a general failure; our own token tells the two apart.
                if (cancel.isCancelled()) {
                    throw new Cancelled();
                }
                throw OrtFaults.running(name, e);
            }
            if (cancel.isCancelled()) {
                throw new Cancelled();
            }
        }

        @Override
        public void close() {
            lock.unlock();
        }

        private HostTensor tensor(Port port, long[] shape) {
            List<HostTensor> kept = tensors.computeIfAbsent(port.name(), n -> new ArrayList<>());
            for (HostTensor tensor : kept) {
                if (tensor.hasShape(shape)) {
                    return tensor;
                }
            }
            try {
                HostTensor tensor = new HostTensor(runtime.environment(), port.type(), shape);
                if (kept.size() == SHAPES_KEPT) {
                    kept.removeFirst().close();
                }
                kept.add(tensor);
                return tensor;
            } catch (OrtException e) {
                throw OrtFaults.running(name, e);
            }
        }
    }

    /// Stops a run from another thread. Each run has its own, since a stop stays set; a stop after the run does nothing.
    private static final class StopSwitch implements AutoCloseable {
        private final RunOptions options;
        private final CancelToken.Registration registration;
        private boolean over;

        StopSwitch(CancelToken cancel) throws OrtException {
            options = new RunOptions();
            registration = cancel.onCancel(this::stop);
        }

        private synchronized void stop() {
            if (over) {
                return;
            }
            try {
                options.setTerminate(true);
            } catch (OrtException e) {
                throw new IllegalStateException("a run could not be told to stop", e);
            }
        }

        @Override
        public void close() {
            registration.close();
            synchronized (this) {
                over = true;
                options.close();
            }
        }
    }
}
