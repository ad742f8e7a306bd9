package org.lodestar.engine.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.lodestar.engine.pack.TensorType;

/// Writes small ONNX files for tests, field by field as onnx.proto numbers them.
public final class OnnxGraph {
    private final Proto graph = new Proto();
    private final Proto model = new Proto();
    private int opset = 17;

    /// @param dims numbers, or texts for named free axes
    public OnnxGraph input(String name, TensorType type, Object... dims) {
        graph.message(11, valueInfo(name, type, dims));
        return this;
    }

    public OnnxGraph output(String name, TensorType type, Object... dims) {
        graph.message(12, valueInfo(name, type, dims));
        return this;
    }

    /// A node with integer attributes.
    public OnnxGraph node(String op, List<String> inputs, List<String> outputs, Map<String, Long> attributes) {
        return node("", op, inputs, outputs, attributes);
    }

    public OnnxGraph node(String domain, String op, List<String> inputs, List<String> outputs, Map<String, Long> attributes) {
        graph.message(1, node -> {
            inputs.forEach(input -> node.text(1, input));
            outputs.forEach(output -> node.text(2, output));
            node.text(4, op);
            if (!domain.isEmpty()) {
                node.text(7, domain);
            }
            attributes.forEach((name, value) -> node.message(5, attribute -> attribute.text(1, name).varint(3, value).varint(20, 2)));
        });
        return this;
    }

    /// A node whose attribute is a graph, nested `depth` times.
    public OnnxGraph nested(int depth) {
        graph.message(1, ifNode(depth));
        return this;
    }

    private static Consumer<Proto> ifNode(int depth) {
        return node -> {
            node.text(4, "If");
            if (depth > 0) {
                node.message(5, attribute -> attribute.text(1, "then_branch").message(6, inner -> inner.message(1, ifNode(depth - 1))));
            }
        };
    }

    /// A float weight in the file.
    public OnnxGraph weight(String name, long[] dims, float... values) {
        ByteBuffer raw = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        graph.message(5, tensor -> {
            tensor(tensor, name, dims);
            tensor.bytes(9, raw.array());
        });
        return this;
    }

    /// A weight of another type in the file, as the bytes it is stored in.
    public OnnxGraph weight(String name, TensorType type, long[] dims, byte[] raw) {
        graph.message(5, tensor -> {
            for (long dim : dims) {
                tensor.varint(1, dim);
            }
            tensor.varint(2, code(type)).text(8, name).bytes(9, raw);
        });
        return this;
    }

    /// A float weight without data.
    public OnnxGraph claim(String name, long... dims) {
        graph.message(5, tensor -> tensor(tensor, name, dims));
        return this;
    }

    /// A float weight in another file.
    public OnnxGraph external(String name, long[] dims, String location, long offset, long length) {
        graph.message(5, tensor -> {
            tensor(tensor, name, dims);
            entry(tensor, "location", location);
            entry(tensor, "offset", Long.toString(offset));
            entry(tensor, "length", Long.toString(length));
            tensor.varint(14, 1);
        });
        return this;
    }

    /// A constant whose values lie in another file: a tensor that is no weight of the graph.
    public OnnxGraph constantIn(String location) {
        graph.message(1, node -> node.text(2, "constant")
                .text(4, "Constant")
                .message(5, attribute -> attribute.text(1, "value").message(5, tensor -> outside(tensor, "constant", location)).varint(20, 4)));
        return this;
    }

    /// A sparse weight whose values lie in another file.
    public OnnxGraph sparseIn(String location) {
        graph.message(15, sparse -> sparse.message(1, tensor -> outside(tensor, "sparse", location)).varint(3, 8));
        return this;
    }

    private static void outside(Proto tensor, String name, String location) {
        tensor(tensor, name, 4);
        entry(tensor, "location", location);
        tensor.varint(14, 1);
    }

    /// An operator that the file itself defines, as newer exporters do.
    public OnnxGraph function(String domain, String name) {
        model.message(25, function -> function.text(1, name)
                .text(4, "a")
                .text(5, "b")
                .message(7, node -> node.text(1, "a").text(2, "b").text(4, "Identity"))
                .message(9, set -> set.text(1, "").varint(2, 17))
                .text(10, domain));
        return domain(domain, 1);
    }

    public OnnxGraph opset(int version) {
        opset = version;
        return this;
    }

    public OnnxGraph domain(String domain, long version) {
        model.message(8, set -> set.text(1, domain).varint(2, version));
        return this;
    }

    public byte[] bytes() {
        Proto whole = new Proto();
        whole.varint(1, 8).text(2, "lodestar-test").message(8, set -> set.text(1, "").varint(2, opset));
        whole.raw(model.out.toByteArray());
        graph.text(2, "test");
        whole.bytes(7, graph.out.toByteArray());
        return whole.out.toByteArray();
    }

    /// Writes the model, making folders as needed.
    public Path write(Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            return Files.write(file, bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void tensor(Proto tensor, String name, long... dims) {
        for (long dim : dims) {
            tensor.varint(1, dim);
        }
        tensor.varint(2, 1).text(8, name);
    }

    private static void entry(Proto tensor, String key, String value) {
        tensor.message(13, entry -> entry.text(1, key).text(2, value));
    }

    private static Consumer<Proto> valueInfo(String name, TensorType type, Object... dims) {
        return value -> value.text(1, name)
                .message(2, typeProto -> typeProto.message(1, tensor -> tensor.varint(1, code(type)).message(2, shape -> {
                    for (Object dim : dims) {
                        shape.message(1, axis -> {
                            if (dim instanceof Number number) {
                                axis.varint(1, number.longValue());
                            } else {
                                axis.text(2, dim.toString());
                            }
                        });
                    }
                })));
    }

    /// The ONNX number of a type.
    public static long code(TensorType type) {
        for (long code = 0; code < 64; code++) {
            if (TensorType.of(code) == type) {
                return code;
            }
        }
        throw new IllegalArgumentException(type.name());
    }

    private static final class Proto {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Proto varint(int field, long value) {
            number((long) field << 3);
            number(value);
            return this;
        }

        Proto text(int field, String value) {
            return bytes(field, value.getBytes(StandardCharsets.UTF_8));
        }

        Proto bytes(int field, byte[] value) {
            number((long) field << 3 | 2);
            number(value.length);
            return raw(value);
        }

        Proto message(int field, Consumer<Proto> body) {
            Proto inner = new Proto();
            body.accept(inner);
            return bytes(field, inner.out.toByteArray());
        }

        Proto raw(byte[] value) {
            out.writeBytes(value);
            return this;
        }

        private void number(long value) {
            long rest = value;
            while ((rest & ~0x7fL) != 0) {
                out.write((int) ((rest & 0x7f) | 0x80));
                rest >>>= 7;
            }
            out.write((int) rest);
        }
    }
}
