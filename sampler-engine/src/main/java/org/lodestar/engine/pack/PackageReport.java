package org.lodestar.engine.pack;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.lodestar.engine.fault.Problem;

/// What a folder holds, without loading it: everything found and everything wrong. Making one never fails.
///
/// @param folder     what was looked at
/// @param name       for people
/// @param family     recognised family, or "unknown"
/// @param reason     why that family
/// @param exporter   which program seems to have written it and by what that is told, or "unknown"
/// @param components the parts found
/// @param problems   everything that keeps it from loading; empty if it will load
/// @param notes      things worth knowing
public record PackageReport(
        Path folder, String name, String family, String reason, String exporter, List<Component> components, List<Problem> problems, List<String> notes) {
    public PackageReport {
        components = List.copyOf(components);
        problems = List.copyOf(problems);
        notes = List.copyOf(notes);
    }

    /// What is known of a folder that nobody knows the exporter of.
    public PackageReport(Path folder, String name, String family, String reason, List<Component> components, List<Problem> problems, List<String> notes) {
        this(folder, name, family, reason, "unknown", components, problems, notes);
    }

    public boolean usable() {
        return problems.isEmpty();
    }

    /// What can run the whole of it: `cpu`, `cuda`, `tensorrt`, `coreml`. TensorRT runs denoisers alone and leaves the rest to CUDA.
    public List<String> devices() {
        return components.isEmpty() ? List.of() : Make.EVERYWHERE.stream().filter(device -> components.stream().allMatch(part -> part.runsOn(device))).toList();
    }

    /// @param role    "text_encoder", "unet", ...
    /// @param file    main file, relative to the folder
    /// @param bytes   size with external data
    /// @param inputs  `name: dtype[dims]`
    /// @param outputs likewise
    /// @param make    what it is made of
    public record Component(String role, String file, long bytes, List<String> inputs, List<String> outputs, Make make) {
        public Component {
            inputs = List.copyOf(inputs);
            outputs = List.copyOf(outputs);
        }

        private boolean runsOn(String device) {
            boolean denoises = role.endsWith("unet") || role.endsWith(Transformer.SLOT);
            return make.devices().contains(device) || (device.equals("tensorrt") && !denoises && make.devices().contains("cuda"));
        }
    }

    /// What a network is made of.
    ///
    /// @param producer  which program wrote the file, as it says itself; may be ""
    /// @param opsets    versions of the operator sets by domain; "" is ONNX itself
    /// @param weights   bytes of weights by element type
    /// @param operators those that are not ONNX's own, with how often they occur, as `com.microsoft:NhwcConv`
    /// @param devices   what can run all of it: `cpu`, `cuda`, `tensorrt`, `coreml`
    public record Make(String producer, SortedMap<String, Long> opsets, SortedMap<String, Long> weights, SortedMap<String, Integer> operators, List<String> devices) {
        private static final List<String> EVERYWHERE = List.of("cpu", "cuda", "tensorrt", "coreml");

        public Make {
            opsets = Collections.unmodifiableSortedMap(new TreeMap<>(opsets));
            weights = Collections.unmodifiableSortedMap(new TreeMap<>(weights));
            operators = Collections.unmodifiableSortedMap(new TreeMap<>(operators));
            devices = List.copyOf(devices);
        }

        static Make of(OnnxFile file) {
            SortedMap<String, Long> weights = new TreeMap<>();
            file.weightBytes().forEach((type, bytes) -> weights.put(type.label(), bytes));
            SortedMap<String, Integer> operators = new TreeMap<>();
            file.operators().forEach((name, count) -> {
                if (name.contains(":")) {
                    operators.put(name, count);
                }
            });
            return new Make(file.producer(), new TreeMap<>(file.opsets()), weights, operators, devices(file, operators.isEmpty()));
        }

        private static List<String> devices(OnnxFile file, boolean plain) {
            if (!GpuOnly.operators(file).isEmpty()) {
                return List.of("cuda");
            }
            return plain ? EVERYWHERE : List.of("cpu", "cuda", "coreml");
        }
    }
}
