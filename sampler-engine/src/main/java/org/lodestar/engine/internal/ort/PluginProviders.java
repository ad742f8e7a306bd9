package org.lodestar.engine.internal.ort;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtEpDevice;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtHardwareDevice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Providers in libraries of their own, which the user names by file.
///
/// ONNX Runtime registers a library once per process, refuses a second registration under the same name, and hands out devices whose memory belongs to the library. So registrations are kept for as long as the process
/// lives, as the runtime keeps them, and are never taken back: unregistering under an open session would leave it without its code.
final class PluginProviders {
    /// The devices of each library, by its file. Mirrors what the runtime keeps, which exists once per process; guarded by itself.
    private static final Map<Path, List<OrtEpDevice>> REGISTERED = new HashMap<>();

    private PluginProviders() {}

    /// A file that gives no provider, and why: continues "found ...".
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String why) {
            super(why);
        }
    }

    /// The device to run on: a GPU before an NPU before a CPU, all of one provider.
    ///
    /// @param file absolute
    /// @throws Unusable with the reason
    static OrtEpDevice device(OrtEnvironment environment, Path file) throws Unusable {
        return devices(environment, file).stream()
                .min(Comparator.comparingInt(PluginProviders::rank))
                .orElseThrow(() -> new Unusable(file + ", a plugin that finds no device of its own on this machine"));
    }

    private static int rank(OrtEpDevice device) {
        OrtHardwareDevice.OrtHardwareDeviceType type = device.getDevice().getType();
        return switch (type) {
            case GPU -> 0;
            case NPU -> 1;
            case CPU -> 2;
        };
    }

    private static List<OrtEpDevice> devices(OrtEnvironment environment, Path file) throws Unusable {
        synchronized (REGISTERED) {
            List<OrtEpDevice> known = REGISTERED.get(file);
            if (known != null) {
                return known;
            }
            requireFile(file);
            try {
                Set<String> before = environment.getEpDevices().stream().map(OrtEpDevice::getEpName).collect(Collectors.toSet());
                environment.registerExecutionProviderLibrary(file.toString(), file.toString());
                List<OrtEpDevice> found = environment.getEpDevices().stream().filter(device -> !before.contains(device.getEpName())).toList();
                REGISTERED.put(file, found);
                return found;
            } catch (OrtException e) {
                throw new Unusable(reason(file, e));
            }
        }
    }

    private static void requireFile(Path file) throws Unusable {
        if (Files.isDirectory(file)) {
            throw new Unusable(file + ", which is a folder");
        }
        if (!Files.exists(file)) {
            throw new Unusable(file + ", which does not exist");
        }
        if (!Files.isReadable(file)) {
            throw new Unusable(file + ", which may not be read");
        }
    }

    private static String reason(Path file, OrtException e) {
        String text = String.valueOf(e.getMessage());
        Optional<String> missing = OrtRuntime.missingLibrary(text);
        if (missing.isPresent()) {
            return file + ", which needs the library " + missing.get() + ", and that is missing";
        }
        if (text.contains("CreateEpFactories")) {
            return file + ", a library that is not an ONNX Runtime plugin (it has no CreateEpFactories)";
        }
        return text.contains("Failed to load library")
                ? file + ", which is not a library that this system can load"
                : file + ", a plugin that does not start: " + OrtFaults.brief(e);
    }

    /// For people: provider, vendor and type of device.
    static String label(OrtEpDevice device) {
        String vendor = device.getDevice().getVendor();
        return device.getEpName() + " (plugin) on " + (vendor.isBlank() ? "" : vendor + " ") + device.getDevice().getType();
    }
}
