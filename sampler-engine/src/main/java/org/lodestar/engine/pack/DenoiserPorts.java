package org.lodestar.engine.pack;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.pack.OnnxFile.Port;

/// Which input of a denoising network means what. Exporters agree on names for the most part; ranks and types are taken as declared.
///
/// @param sample   the noisy state, `[batch, channels, height, width]`
/// @param timestep the model time, a scalar or `[batch]`, of whatever number type
/// @param others   everything else: embeddings of the text, sizes, guidance
/// @param output   the raw prediction, shaped like the state
public record DenoiserPorts(Port sample, Port timestep, List<Port> others, Port output) {
    private static final List<String> SAMPLE_NAMES = List.of("sample", "hidden_states");
    private static final List<String> OUTPUT_NAMES = List.of("out_sample", "out_hidden_states", "sample");

    public DenoiserPorts {
        others = List.copyOf(others);
    }

    /// Channels of the state, or -1 if the graph leaves them open.
    public long channels() {
        return sample.fixed(1);
    }

    /// The only batch size the graph takes, or -1.
    public long fixedBatch() {
        return sample.fixed(0);
    }

    /// Finds the ports; empty, with the reasons in `problems`, if the graph is not a denoiser.
    ///
    /// @param where the file, for the problems
    public static Optional<DenoiserPorts> of(OnnxFile file, String where, List<Problem> problems) {
        int before = problems.size();
        Port sample = first(file.inputs(), SAMPLE_NAMES);
        Port timestep = file.input("timestep");
        Port output = first(file.outputs(), OUTPUT_NAMES);
        if (sample == null) {
            problems.add(missing(where, "an input named sample (the noisy picture)", file.inputs()));
        } else {
            require(where, sample, 4, problems);
        }
        if (timestep == null) {
            problems.add(missing(where, "an input named timestep", file.inputs()));
        } else if (timestep.rank() > 1) {
            problems.add(new Problem(where, "the input timestep to be one number or one per picture", timestep.toString(), "Export the model again"));
        } else if (!isNumber(timestep.type())) {
            problems.add(new Problem(where, "the input timestep to be a number", timestep.toString(), "Export the model again"));
        }
        if (output == null && file.outputs().size() == 1) {
            output = file.outputs().getFirst();
        }
        if (output == null) {
            problems.add(missing(where, "an output named out_sample", file.outputs()));
        } else if (!output.type().isFloating()) {
            problems.add(new Problem(where, "floating-point output", output.toString(), "Export the model again"));
        }
        if (sample == null || timestep == null || output == null || problems.size() > before) {
            return Optional.empty();
        }
        List<Port> others = new ArrayList<>(file.inputs());
        others.remove(sample);
        others.remove(timestep);
        return Optional.of(new DenoiserPorts(sample, timestep, others, output));
    }

    private static @org.jspecify.annotations.Nullable Port first(List<Port> ports, List<String> names) {
        for (String name : names) {
            for (Port port : ports) {
                if (port.name().equals(name)) {
                    return port;
                }
            }
        }
        return null;
    }

    private static void require(String where, Port port, int rank, List<Problem> problems) {
        if (port.rank() != rank) {
            problems.add(new Problem(where, "the input " + port.name() + " to have " + rank + " axes", port.toString(), "Export the model again"));
        }
        if (!port.type().isFloating()) {
            problems.add(new Problem(where, "the input " + port.name() + " to be floating point", port.toString(), "Export the model again"));
        }
    }

    private static boolean isNumber(TensorType type) {
        return type.isFloating() || type == TensorType.INT32 || type == TensorType.INT64;
    }

    private static Problem missing(String where, String expected, List<Port> found) {
        String names = found.isEmpty() ? "none" : String.join(", ", found.stream().map(Port::toString).toList());
        return new Problem(where, expected, names, "This is not a denoising network in the diffusers layout; export the model again");
    }
}
