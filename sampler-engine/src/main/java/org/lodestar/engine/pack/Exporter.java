package org.lodestar.engine.pack;

import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.lodestar.engine.pack.OnnxFile.External;
import org.lodestar.engine.pack.OnnxFile.Port;

/// Which program seems to have written a model folder, told by its habits. For people only: networks are read by what they declare, whoever wrote them.
final class Exporter {
    /// From so many weight files on they are one for each tensor.
    private static final long MANY_FILES = 16;

    private final Collection<ModelPart> parts;
    private final boolean configured;

    /// @param configured whether the folder has a `model_index.json`
    Exporter(Collection<ModelPart> parts, boolean configured) {
        this.parts = parts;
        this.configured = configured;
    }

    /// The program, and by what it is told; `unknown` where nothing tells.
    String guess() {
        if (has(port -> port.name().equals("latent_parameters"))) {
            return "Optimum (its encoder gives mean and variance)";
        }
        if (has(port -> port.name().equals("timestep") && port.rank() == 0)) {
            return "Optimum (its timestep is a scalar)";
        }
        if (lies(location -> location.endsWith(".onnx_data"))) {
            return "Optimum (its weights lie in .onnx_data)";
        }
        if (has(port -> port.dims().stream().anyMatch(dim -> dim.name().startsWith("unet_")))) {
            return configured ? "Olive (names of its axes)" : "OnnxStack / Amuse (names of its axes, and no model_index.json)";
        }
        if (lies(location -> location.endsWith(".onnx.data"))) {
            return configured ? "Olive (its weights lie in .onnx.data)" : "OnnxStack / Amuse (its weights lie in .onnx.data, and there is no model_index.json)";
        }
        if (parts.stream().anyMatch(part -> part.header().externals().stream().map(External::location).distinct().count() >= MANY_FILES)) {
            return "torch.onnx (one weight file for each tensor)";
        }
        if (lies(location -> location.endsWith("weights.pb"))) {
            return "the diffusers script (its weights lie in weights.pb)";
        }
        if (has(port -> port.name().equals("input_ids") && port.type() == TensorType.INT32)) {
            return "the diffusers script (32-bit token ids)";
        }
        return "unknown";
    }

    private boolean has(Predicate<Port> port) {
        return parts.stream().map(ModelPart::header).flatMap(header -> Stream.of(header.inputs(), header.outputs())).flatMap(List::stream).anyMatch(port);
    }

    private boolean lies(Predicate<String> location) {
        return parts.stream().flatMap(part -> part.header().externals().stream()).map(External::location).anyMatch(location);
    }
}
