package org.lodestar.engine.cli;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.lodestar.engine.Engine;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.pack.Device;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.ModelChoice;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.record.Versions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "doctor", description = "Says what the program found on this machine: Java, ONNX Runtime, devices and why not, memory, folders.")
final class DoctorCommand implements Callable<Integer> {
    private final Context context;

    @Option(names = "--device", paramLabel = "ID", defaultValue = "auto", description = "What to load the starter model on, as 'generate' takes it; plugin:FILE tries a plugin.")
    private String device = "auto";

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
        DeviceWish wish = DeviceWish.of(device);
        try (Engine engine = Engine.open(context.installation().options(0))) {
            found.put("providers", Following.devices(engine, wish).stream().map(attempt -> reporting.json() ? fields(attempt) : sentence(attempt)).toList());
            long start = System.nanoTime();
            ModelInfo model = Following.load(engine, ModelChoice.of(ModelChoice.STARTER), wish, Progress.silent());
            found.put("device", model.device().label() + why(wish, model.device()));
            found.put("starter model", String.format(Locale.ROOT, "loads in %.2f s, network calls %s", (System.nanoTime() - start) / 1e9, model.callLayout()));
            return ExitCode.DONE;
        } catch (EngineException e) {
            found.put("starter model", "does not load. " + e.getMessage());
            return ExitCode.FAILED;
        }
    }

    private static Object fields(Device.Attempt attempt) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("provider", attempt.provider());
        fields.put("works", attempt.worked());
        fields.put("reason", attempt.reason());
        return fields;
    }

    private static String sentence(Device.Attempt attempt) {
        return attempt.provider() + (attempt.worked() ? " works" : " does not work") + ": " + attempt.reason();
    }

    /// Why auto took what it took.
    private static String why(DeviceWish wish, Device chosen) {
        if (!wish.equals(DeviceWish.AUTO)) {
            return " (wished for)";
        }
        return chosen.attempts().size() == 1 ? " (auto: CUDA works)" : " (auto: CUDA does not work, the others are taken only when wished for)";
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
