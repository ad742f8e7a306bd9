package org.lodestar.engine.cli;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.lodestar.engine.Engine;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.pack.Device;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.record.Versions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "doctor", description = "Says what the program found on this machine: Java, ONNX Runtime, devices and why not, memory, folders.")
final class DoctorCommand implements Callable<Integer> {
    private final Context context;

    @Mixin
    private final Reporting reporting = new Reporting();

    DoctorCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        Map<String, Object> found = new LinkedHashMap<>();
        found.put("lodestar", Versions.LODESTAR);
        found.put("java", Runtime.version() + " (" + System.getProperty("java.vendor") + "), " + System.getProperty("java.home"));
        found.put("onnxruntime", Versions.ONNX_RUNTIME);
        found.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version") + ", " + System.getProperty("os.arch") + ", "
                + Runtime.getRuntime().availableProcessors() + " processors");
        if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
            found.put("memory", gigabytes(system.getTotalMemorySize()) + ", " + gigabytes(system.getFreeMemorySize()) + " free; Java heap up to "
                    + gigabytes(Runtime.getRuntime().maxMemory()));
        }
        found.put("display", display());
        Installation at = context.installation();
        found.put("program", folder(at.home(), false));
        found.put("cache", folder(at.cache(), true));
        found.put("pictures", folder(at.pictures(), true));
        int exit = model(found);
        if (reporting.json()) {
            context.terminal().json(found);
        } else {
            found.forEach((name, value) -> {
                if (value instanceof List<?> lines) {
                    lines.forEach(line -> context.terminal().result(name + ": " + line));
                } else {
                    context.terminal().result(name + ": " + value);
                }
            });
        }
        return exit;
    }

    private int model(Map<String, Object> found) throws InterruptedException {
        long start = System.nanoTime();
        try (Engine engine = Engine.open(context.installation().options(0))) {
            ModelInfo model = Following.load(engine, "starter", DeviceWish.AUTO, Progress.silent());
            found.put("device", model.device().label());
            List<String> attempts = new ArrayList<>();
            for (Device.Attempt attempt : model.device().attempts()) {
                attempts.add(attempt.provider() + (attempt.worked() ? " works" : " does not work") + ": " + attempt.reason());
            }
            found.put("providers", attempts);
            found.put("starter model", String.format(Locale.ROOT, "loads in %.2f s, network calls %s", (System.nanoTime() - start) / 1e9, model.callLayout()));
            return ExitCode.DONE;
        } catch (EngineException e) {
            found.put("starter model", "does not load. " + e.getMessage());
            return ExitCode.FAILED;
        }
    }

    private static String display() {
        if (!System.getProperty("os.name", "").startsWith("Linux")) {
            return "the system's";
        }
        String wayland = System.getenv().getOrDefault("WAYLAND_DISPLAY", "");
        String x11 = System.getenv().getOrDefault("DISPLAY", "");
        if (x11.isEmpty() && wayland.isEmpty()) {
            return "none, so no window can be opened (DISPLAY and WAYLAND_DISPLAY are not set); the command line works";
        }
        return x11.isEmpty() ? "Wayland " + wayland : "X11 " + x11;
    }

    private static String folder(Path folder, boolean writes) {
        Path existing = folder;
        while (existing.getParent() != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        String state = !writes ? Files.isDirectory(folder) ? "" : ", missing" : Files.isWritable(existing) ? ", can be written" : ", cannot be written";
        try {
            return folder + state + ", " + gigabytes(Files.getFileStore(existing).getUsableSpace()) + " free";
        } catch (IOException e) {
            return folder + state;
        }
    }

    private static String gigabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
    }
}
