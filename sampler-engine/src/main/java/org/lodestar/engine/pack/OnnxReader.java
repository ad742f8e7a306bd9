package org.lodestar.engine.pack;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.pack.OnnxFile.Dim;
import org.lodestar.engine.pack.OnnxFile.External;
import org.lodestar.engine.pack.OnnxFile.Malformed;
import org.lodestar.engine.pack.OnnxFile.Port;
import org.lodestar.engine.pack.OnnxFile.Weight;

/// Reads the fields of one ONNX file, in the order in which they lie there.
final class OnnxReader {
    /// Domains besides ONNX itself whose operators the runtime brings along.
    private static final Set<String> DOMAINS = Set.of("com.microsoft", "com.microsoft.nchwc", "ai.onnx.ml");

    /// Operators that multiply by a weight.
    private static final Set<String> PRODUCTS = Set.of("Conv", "ConvTranspose", "Gemm", "MatMul");

    /// Where the runtime writes the address of a tensor in memory instead of a file's name: nothing that a file may say.
    private static final String MEMORY_ADDRESS = "_ORT_MEM_ADDR_";

    private static final int MAX_NODES = 200_000;
    private static final int MAX_NESTING = 16;
    /// The newest version of ONNX's own operators that the runtime takes.
    static final long NEWEST_OPSET = 26;

    private static final int MAX_NAME = 4096;
    private static final int MAX_RANK = 64;
    private static final long MAX_TENSOR_BYTES = 1L << 40;

    private final ProtobufReader in;
    private final Map<String, Long> opsets = new TreeMap<>();
    private final List<Port> inputs = new ArrayList<>();
    private final List<Port> outputs = new ArrayList<>();
    private final Map<String, Integer> operators = new TreeMap<>();
    private final List<External> externals = new ArrayList<>();
    private final List<Weight> weights = new ArrayList<>();
    private final Map<TensorType, Long> weightBytes = new TreeMap<>();
    private final Set<String> initializers = new HashSet<>();
    /// Operators that the file itself defines, as `domain:Op`.
    private final Set<String> functions = new HashSet<>();
    /// Names of what convolutions and products of the main graph multiply by.
    private final Set<String> factors = new HashSet<>();
    private int nodes;
    private int halvings;
    private boolean graphSeen;
    private @Nullable String problem;

    OnnxReader(ProtobufReader in) {
        this.in = in;
    }

    OnnxFile model() throws IOException {
        long irVersion = 0;
        String producer = "";
        while (in.next()) {
            switch (in.field()) {
                case 1 -> irVersion = in.varint();
                case 2 -> producer = in.text(MAX_NAME);
                case 7 -> {
                    graphSeen = true;
                    in.message(() -> graph(0));
                }
                case 8 -> in.message(this::opset);
                case 25 -> in.message(this::function);
                default -> in.skip();
            }
        }
        if (!graphSeen) {
            throw new Malformed("it holds no ONNX graph");
        }
        inputs.removeIf(port -> initializers.contains(port.name()));
        int brainFloats = (int) weights.stream().filter(weight -> weight.type() == TensorType.BFLOAT16 && factors.contains(weight.name())).count();
        if (brainFloats > 0) {
            operators.put(GpuOnly.BRAIN_FLOATS, brainFloats);
        }
        if (opsets.getOrDefault("", 0L) > NEWEST_OPSET) {
            breach("it uses operator set " + opsets.get("") + ", which is newer than the newest that can be run, " + NEWEST_OPSET);
        }
        operators.keySet().stream()
                .filter(name -> name.contains(":") && !functions.contains(name) && !DOMAINS.contains(name.substring(0, name.lastIndexOf(':'))))
                .findFirst()
                .ifPresent(name -> breach("it needs the operator " + name + ", which comes from outside ONNX"));
        return new OnnxFile(irVersion, producer, opsets, inputs, outputs, operators, externals, weights, weightBytes, halvings, problem);
    }

    private void opset() throws IOException {
        String domain = "";
        long version = 0;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> domain = in.text(MAX_NAME);
                case 2 -> version = in.varint();
                default -> in.skip();
            }
        }
        opsets.merge(domain.equals("ai.onnx") ? "" : domain, version, Math::max);
    }

    private void function() throws IOException {
        String name = "";
        String domain = "";
        while (in.next()) {
            switch (in.field()) {
                case 1 -> name = in.text(MAX_NAME);
                case 7 -> in.message(() -> node(1));
                case 10 -> domain = in.text(MAX_NAME);
                default -> in.skip();
            }
        }
        functions.add(domain + ":" + name);
    }

    private void graph(int depth) throws IOException {
        if (depth > MAX_NESTING) {
            throw new Malformed("its graphs are nested more than " + MAX_NESTING + " deep");
        }
        while (in.next()) {
            switch (in.field()) {
                case 1 -> in.message(() -> node(depth));
                case 5 -> in.message(() -> tensor(depth == 0));
                case 11 -> port(depth, inputs);
                case 12 -> port(depth, outputs);
                case 15 -> in.message(this::sparse);
                default -> in.skip();
            }
        }
    }

    private void port(int depth, List<Port> target) throws IOException {
        if (depth > 0) {
            in.skip();
        } else {
            in.message(() -> target.add(valueInfo()));
        }
    }

    private void node(int depth) throws IOException {
        if (++nodes > MAX_NODES) {
            throw new Malformed("it has more than " + MAX_NODES + " nodes");
        }
        String op = "";
        String domain = "";
        boolean halves = false;
        int input = 0;
        int keysAndValues = 0;
        String factor = "";
        while (in.next()) {
            switch (in.field()) {
                case 1 -> {
                    String name = in.text(MAX_NAME);
                    keysAndValues += !name.isEmpty() && (input == 1 || input == 2) ? 1 : 0;
                    factor = input == 1 ? name : factor;
                    input++;
                }
                case 4 -> op = in.text(MAX_NAME);
                case 5 -> halves |= in.value(() -> attribute(depth));
                case 7 -> domain = in.text(MAX_NAME);
                default -> in.skip();
            }
        }
        if (halves && depth == 0) {
            halvings++;
        }
        if (depth == 0 && PRODUCTS.contains(op)) {
            factors.add(factor);
        }
        String called = domain.isEmpty() || domain.equals("ai.onnx") ? op : domain + ":" + op;
        boolean packed = called.equals("com.microsoft:MultiHeadAttention") && keysAndValues < 2;
        operators.merge(packed ? GpuOnly.PACKED_ATTENTION : called, 1, Integer::sum);
    }

    /// Reads an attribute; true if it is a stride of two along both axes of a picture.
    private boolean attribute(int depth) throws IOException {
        String name = "";
        List<Long> numbers = new ArrayList<>();
        while (in.next()) {
            switch (in.field()) {
                case 1 -> name = in.text(MAX_NAME);
                case 8 -> {
                    if (name.equals("strides")) {
                        in.varints(MAX_RANK, numbers);
                    } else {
                        in.skip();
                    }
                }
                case 5, 10 -> in.message(() -> tensor(false));
                case 6, 11 -> in.message(() -> graph(depth + 1));
                case 22, 23 -> in.message(this::sparse);
                default -> in.skip();
            }
        }
        return numbers.equals(List.of(2L, 2L));
    }

    private void sparse() throws IOException {
        while (in.next()) {
            switch (in.field()) {
                case 1, 2 -> in.message(() -> tensor(false));
                default -> in.skip();
            }
        }
    }

    private void tensor(boolean initializer) throws IOException {
        TensorType type = TensorType.UNDEFINED;
        String name = "";
        String location = "";
        long offset = 0;
        long length = -1;
        boolean external = false;
        ProtobufReader.Block raw = null;
        ProtobufReader.Block floats = null;
        List<Long> dims = new ArrayList<>();
        while (in.next()) {
            switch (in.field()) {
                case 1 -> in.varints(MAX_RANK, dims);
                case 2 -> type = TensorType.of(in.varint());
                case 4 -> floats = in.block();
                case 8 -> name = in.text(MAX_NAME);
                case 9 -> raw = in.block();
                case 13 -> {
                    Entry entry = in.value(this::entry);
                    switch (entry.key) {
                        case "location" -> location = entry.value;
                        case "offset" -> offset = number(entry);
                        case "length" -> length = number(entry);
                        default -> {}
                    }
                }
                case 14 -> external = in.varint() == 1;
                default -> in.skip();
            }
        }
        if (initializer) {
            initializers.add(name);
        }
        long bytes = bytes(name, type, dims);
        if (bytes > 0) {
            weightBytes.merge(type, bytes, Long::sum);
        }
        if (location.contains(MEMORY_ADDRESS)) {
            breach("the tensor " + name + " points into memory instead of a file");
        }
        if (raw != null && location.isEmpty() && type.bits() > 0 && bytes >= 0 && raw.length() != bytes) {
            breach("the tensor " + name + " holds " + raw.length() + " bytes where its dimensions ask for " + bytes);
        }
        if (external || !location.isEmpty()) {
            externals.add(new External(name, location, offset, length, bytes));
        }
        if (initializer) {
            weights.add(
                    location.isEmpty()
                            ? stored(name, type, dims, raw == null && type == TensorType.FLOAT ? floats : raw, bytes)
                            : new Weight(name, type, dims, location, offset, bytes));
        }
    }

    /// A weight in this file; its place is known only if it is one block of as many bytes as the shape asks for.
    private static Weight stored(String name, TensorType type, List<Long> dims, ProtobufReader.@Nullable Block block, long bytes) {
        return bytes == 0
                ? new Weight(name, type, dims, "", 0, 0)
                : block != null && block.length() == bytes
                        ? new Weight(name, type, dims, "", block.offset(), bytes)
                        : new Weight(name, type, dims, "", 0, -1);
    }

    private long number(Entry entry) throws Malformed {
        try {
            return Long.parseLong(entry.value.strip());
        } catch (NumberFormatException e) {
            throw new Malformed("the " + entry.key + " of an external weight is not a number: \"" + entry.value + "\"");
        }
    }

    private long bytes(String name, TensorType type, List<Long> dims) {
        try {
            long elements = 1;
            for (long dim : dims) {
                if (dim < 0) {
                    breach("the tensor " + name + " has a negative dimension");
                    return -1;
                }
                elements = Math.multiplyExact(elements, dim);
            }
            long bytes = Math.ceilDiv(Math.multiplyExact(elements, (long) type.bits()), 8L);
            if (bytes > MAX_TENSOR_BYTES) {
                breach("the tensor " + name + " claims " + bytes + " bytes");
            }
            return bytes;
        } catch (ArithmeticException e) {
            breach("the dimensions of the tensor " + name + " multiply to more than any memory holds");
            return -1;
        }
    }

    private void breach(String rule) {
        if (problem == null) {
            problem = rule;
        }
    }

    private record Entry(String key, String value) {}

    private Entry entry() throws IOException {
        String key = "";
        String value = "";
        while (in.next()) {
            switch (in.field()) {
                case 1 -> key = in.text(MAX_NAME);
                case 2 -> value = in.text(MAX_NAME);
                default -> in.skip();
            }
        }
        return new Entry(key, value);
    }

    private Port valueInfo() throws IOException {
        String name = "";
        Port shaped = new Port("", TensorType.UNDEFINED, List.of());
        while (in.next()) {
            switch (in.field()) {
                case 1 -> name = in.text(MAX_NAME);
                case 2 -> shaped = in.value(this::type);
                default -> in.skip();
            }
        }
        return new Port(name, shaped.type(), shaped.dims());
    }

    private Port type() throws IOException {
        Port found = new Port("", TensorType.UNDEFINED, List.of());
        while (in.next()) {
            if (in.field() == 1) {
                found = in.value(this::tensorType);
            } else {
                in.skip();
            }
        }
        return found;
    }

    private Port tensorType() throws IOException {
        TensorType type = TensorType.UNDEFINED;
        List<Dim> dims = new ArrayList<>();
        while (in.next()) {
            switch (in.field()) {
                case 1 -> type = TensorType.of(in.varint());
                case 2 ->
                    in.message(() -> {
                        while (in.next()) {
                            if (in.field() == 1) {
                                dims.add(in.value(this::dim));
                                if (dims.size() > MAX_RANK) {
                                    throw new Malformed("an input or output has more than " + MAX_RANK + " axes");
                                }
                            } else {
                                in.skip();
                            }
                        }
                    });
                default -> in.skip();
            }
        }
        return new Port("", type, dims);
    }

    private Dim dim() throws IOException {
        long length = -1;
        String name = "";
        while (in.next()) {
            switch (in.field()) {
                case 1 -> length = in.varint();
                case 2 -> name = in.text(MAX_NAME);
                default -> in.skip();
            }
        }
        return new Dim(length, name);
    }
}
