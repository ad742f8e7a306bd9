package org.lodestar.engine.pack;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What an ONNX file says about itself, read without decoding its weights and without the network runtime.
///
/// Reads the protobuf fields of `onnx.proto` (IR version 3 and later) as a stream, skips raw weights, and bounds everything it keeps, so that a damaged or
/// hostile file costs little and ends in a [Malformed] with a reason.
///
/// @param irVersion version of the container format
/// @param producer  which program wrote it, or ""
/// @param opsets    operator set versions by domain ("" is ONNX itself)
/// @param inputs    what must be fed, in order
/// @param outputs   what comes out, in order
/// @param operators how often each operator occurs, as `domain:Op` or `Op`, subgraphs and functions included
/// @param externals where weights lie in other files
/// @param weights   the initializers of the main graph
/// @param weightBytes bytes of weights by element type, external ones included
/// @param halvings  how many convolutions or poolings of the main graph halve height and width
/// @param problem   the first rule the file breaks (an overflowing dimension, too many nodes, ...), or null
public record OnnxFile(
        long irVersion,
        String producer,
        Map<String, Long> opsets,
        List<Port> inputs,
        List<Port> outputs,
        Map<String, Integer> operators,
        List<External> externals,
        List<Weight> weights,
        Map<TensorType, Long> weightBytes,
        int halvings,
        @Nullable String problem) {

    public OnnxFile {
        opsets = Map.copyOf(opsets);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        operators = Map.copyOf(operators);
        externals = List.copyOf(externals);
        weights = List.copyOf(weights);
        weightBytes = Map.copyOf(weightBytes);
    }

    /// An input or output.
    ///
    /// @param type [TensorType#UNDEFINED] where it is not a plain tensor
    /// @param dims axes; empty for a scalar
    public record Port(String name, TensorType type, List<Dim> dims) {
        public Port {
            dims = List.copyOf(dims);
        }

        public int rank() {
            return dims.size();
        }

        /// The fixed length of an axis, or -1 where it is free or does not exist.
        public long fixed(int axis) {
            return axis < dims.size() ? dims.get(axis).length() : -1;
        }

        /// `sample: float[batch,4,height,width]`
        @Override
        public String toString() {
            return name + ": " + type.label() + "[" + String.join(",", dims.stream().map(Dim::toString).toList()) + "]";
        }
    }

    /// One axis: a fixed length, or -1 and maybe a name.
    public record Dim(long length, String name) {
        @Override
        public String toString() {
            return length >= 0 ? Long.toString(length) : name.isEmpty() ? "?" : name;
        }
    }

    /// Weights in another file.
    ///
    /// @param tensor   whose
    /// @param location path as written in the model
    /// @param offset   first byte
    /// @param length   bytes, or -1 where the model leaves it to the shape
    /// @param needed   bytes the shape asks for, or -1 if unknown
    public record External(String tensor, String location, long offset, long length, long needed) {
        /// One past the last byte needed in the file.
        public long end() {
            return Math.addExact(offset, Math.max(0, length >= 0 ? length : needed));
        }
    }

    /// A weight and where its values lie.
    ///
    /// @param location path of its file as written in the model; "" for the ONNX file itself
    /// @param offset   first byte
    /// @param length   bytes, little-endian and row-major; -1 where they are stored in another form
    public record Weight(String name, TensorType type, List<Long> dims, String location, long offset, long length) {
        public Weight {
            dims = List.copyOf(dims);
        }

        /// `conv_in.weight: float[320,4,3,3]`
        public String title() {
            return name + ": " + type.label() + "[" + String.join(",", dims.stream().map(String::valueOf).toList()) + "]";
        }
    }

    /// Not an ONNX file, or a damaged one.
    public static final class Malformed extends IOException {
        private static final long serialVersionUID = 1L;

        Malformed(String reason) {
            super(reason);
        }
    }

    /// Reads `file`.
    ///
    /// @throws Malformed   if it is not a well-formed ONNX model, with the reason in words
    /// @throws IOException if it cannot be read
    public static OnnxFile read(Path file) throws IOException {
        try (ProtobufReader reader = new ProtobufReader(file)) {
            return new OnnxReader(reader).model();
        }
    }

    /// The input of that name, or null.
    public @Nullable Port input(String name) {
        return inputs.stream().filter(port -> port.name().equals(name)).findFirst().orElse(null);
    }

    /// The output of that name, or null.
    public @Nullable Port output(String name) {
        return outputs.stream().filter(port -> port.name().equals(name)).findFirst().orElse(null);
    }
}
