package org.lodestar.engine.internal.ort;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.model.Denoiser;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.model.Query;
import org.lodestar.engine.pack.Device;
import org.lodestar.engine.pack.ModelPart;
import org.lodestar.engine.pack.OnnxFile.Weight;
import org.lodestar.engine.pack.TensorType;

/// A net whose weights lie between those of two nets with the same graph: `(1-share)*a + share*b`, computed in 64-bit.
///
/// The graph file of the first net is read into memory, the mixed weights take the places of its own, and the runtime opens the result; weights that lie in other files are handed over
/// beside it. So the runtime folds and fuses mixed weights, never the original ones. The nets of the shares that were last asked for
/// together are kept.
final class MixedNet implements HeldNet {
    private final OrtRuntime runtime;
    private final Device device;
    private final ModelPart first;
    private final ModelPart second;
    private final Map<Double, OrtNet> nets = new HashMap<>();
    private boolean closed;

    MixedNet(OrtRuntime runtime, Device device, ModelPart first, ModelPart second) {
        this.runtime = runtime;
        this.device = device;
        this.first = first;
        this.second = second;
    }

    /// The net at `wanted`, the second one's share, 0..1.
    ///
    /// @throws EngineException.ModelProblem if the two cannot be mixed
    synchronized OrtNet at(double wanted) {
        if (closed) {
            throw new IllegalStateException("the model is closed");
        }
        OrtNet net = nets.get(wanted);
        if (net == null) {
            net = open(wanted);
            nets.put(wanted, net);
        }
        return net;
    }

    /// Makes room for the nets of the shares that are asked for next, where one of them is not open yet: lanes with shares of their own keep theirs, a share that was left gives its memory back.
    synchronized void expect(Set<Double> shares) {
        if (!nets.keySet().containsAll(shares)) {
            nets.keySet().stream().filter(open -> !shares.contains(open)).toList().forEach(left -> Objects.requireNonNull(nets.remove(left)).close());
        }
    }

    /// `denoiser`, with this told beforehand which shares each of its calls asks for.
    Denoiser inside(Denoiser denoiser) {
        return new Expecting(denoiser, this);
    }

    record Expecting(Denoiser denoiser, MixedNet mixed) implements Denoiser {
        @Override
        public List<Prediction> predict(List<Query> queries, CancelToken cancel) {
            mixed.expect(queries.stream()
                    .map(Query::branch)
                    .filter(branch -> branch.net() == Branch.Net.MIXED)
                    .map(branch -> OrtDenoiser.share(branch.conditioning()))
                    .collect(Collectors.toSet()));
            return denoiser.predict(queries, cancel);
        }

        @Override
        public Denoiser forRun(Consumer<String> notice) {
            return new Expecting(denoiser.forRun(notice), mixed);
        }

        @Override
        public Set<Branch.Net> nets() {
            return denoiser.nets();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        nets.values().forEach(OrtNet::close);
    }

    private OrtNet open(double wanted) {
        requireAlike();
        String name = first.where() + " mixed with " + second.where();
        try {
            ByteBuffer graph = read(first.file(), 0, Math.toIntExact(first.file().toFile().length()));
            Map<String, ByteBuffer> beside = new LinkedHashMap<>();
            Map<String, Weight> others = named(second);
            for (Weight weight : first.header().weights()) {
                Weight other = Objects.requireNonNull(others.get(weight.name()));
                if (!isMixed(weight.type())) {
                    requireEqual(weight, other);
                } else if (weight.location().isEmpty()) {
                    ByteBuffer mixed = mixed(weight, other, wanted);
                    graph.put(Math.toIntExact(weight.offset()), mixed, 0, mixed.limit());
                } else {
                    beside.put(weight.name(), mixed(weight, other, wanted));
                }
            }
            return OrtNet.open(runtime, device, OrtRuntime.Use.STEADY, name, new OrtNet.InMemory(first, graph, beside));
        } catch (IOException e) {
            throw refused(second.where(), "readable weights", String.valueOf(e.getMessage()), "Check the permissions of the folder");
        }
    }

    private ByteBuffer mixed(Weight weight, Weight other, double wanted) throws IOException {
        ByteBuffer a = bytes(first, weight);
        ByteBuffer b = bytes(second, other);
        int width = weight.type().bits() / 8;
        for (int at = 0; at < a.limit(); at += width) {
            if (weight.type() == TensorType.FLOAT) {
                a.putFloat(at, (float) between(a.getFloat(at), b.getFloat(at), wanted));
            } else {
                double value = between(Float.float16ToFloat(a.getShort(at)), Float.float16ToFloat(b.getShort(at)), wanted);
                a.putShort(at, Float.floatToFloat16((float) value));
            }
        }
        return a;
    }

    /// Whole numbers belong to the graph (shapes, axes): where they can be read, the two must have the same.
    private void requireEqual(Weight weight, Weight other) throws IOException {
        if (weight.length() >= 0 && other.length() >= 0 && !bytes(first, weight).equals(bytes(second, other))) {
            throw refused(second.where(), "the same values in " + weight.title() + " as " + first.where(), "others", "Mix only fine-tunes of one export");
        }
    }

    /// Equal values, infinite ones too, stay what they are.
    private static double between(double a, double b, double wanted) {
        return a == b ? a : (1 - wanted) * a + wanted * b;
    }

    private static boolean isMixed(TensorType type) {
        return type == TensorType.FLOAT || type == TensorType.FLOAT16;
    }

    private static ByteBuffer bytes(ModelPart part, Weight weight) throws IOException {
        Path file = weight.location().isEmpty() ? part.file() : part.file().resolveSibling(weight.location());
        return read(file, weight.offset(), Math.toIntExact(weight.length()));
    }

    private static ByteBuffer read(Path file, long offset, int length) throws IOException {
        ByteBuffer target = ByteBuffer.allocateDirect(length).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (target.hasRemaining()) {
                if (channel.read(target, offset + target.position()) < 0) {
                    throw new IOException(file.getFileName() + " ends early");
                }
            }
        }
        return target.flip();
    }

    /// @throws EngineException.ModelProblem unless the two have the same operators and the same weights by name, type and shape, none of them quantised
    private void requireAlike() {
        for (ModelPart part : List.of(first, second)) {
            for (Weight weight : part.header().weights()) {
                int bits = weight.type().bits();
                if (bits > 0 && bits <= 8 && weight.type() != TensorType.BOOL) {
                    throw refused(part.where(), "weights in floating point", weight.type().label() + " weights such as " + weight.name() + " (a quantised export, whose weights cannot be mixed)",
                            "Use exports that are not quantised");
                }
                if (isMixed(weight.type()) && weight.length() < 0) {
                    throw refused(part.where(), "the weight " + weight.name() + " as plain bytes", "another form", "Export this part again");
                }
            }
        }
        Map<String, Weight> own = named(first);
        Map<String, Weight> other = named(second);
        TreeSet<String> unshared = new TreeSet<>(own.keySet());
        unshared.addAll(other.keySet());
        unshared.removeIf(name -> own.containsKey(name) && other.containsKey(name));
        if (!unshared.isEmpty()) {
            throw refused(second.where(), "the same weights as " + first.where(), "only one of the two has " + unshared.first(), "Mix only fine-tunes of one export");
        }
        for (Weight weight : first.header().weights()) {
            Weight its = Objects.requireNonNull(other.get(weight.name()));
            if (weight.type() != its.type() || !weight.dims().equals(its.dims())) {
                throw refused(second.where(), weight.title() + " as in " + first.where(), its.title(), "Mix only fine-tunes of one export");
            }
        }
        if (!first.header().operators().equals(second.header().operators())) {
            throw refused(second.where(), "the same operators as " + first.where(), "others", "Mix only fine-tunes of one export");
        }
    }

    private static Map<String, Weight> named(ModelPart part) {
        return part.header().weights().stream().collect(Collectors.toMap(Weight::name, weight -> weight, (one, two) -> one));
    }

    private static EngineException.ModelProblem refused(String where, String expected, String found, String remedy) {
        return new EngineException.ModelProblem(List.of(new Problem(where, expected, found, remedy)), null);
    }
}
