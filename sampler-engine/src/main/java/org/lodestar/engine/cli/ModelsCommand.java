package org.lodestar.engine.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.pack.FoundModel;
import org.lodestar.engine.pack.MemoryNeed;
import org.lodestar.engine.pack.ModelChoice;
import org.lodestar.engine.pack.ModelFolder;
import org.lodestar.engine.pack.ModelSearch;
import org.lodestar.engine.pack.PackageReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "models", description = "Lists models, and looks into model folders.", synopsisSubcommandLabel = "COMMAND")
final class ModelsCommand implements Runnable {
    @Override
    public void run() {
        throw new EngineException.InvalidInput("models", "list or inspect", "neither", "List shows what there is");
    }

    @Command(name = "list", description = "Lists the models in the program's folder and in yours, or in those given; damaged ones with what is wrong.")
    static final class All implements Callable<Integer> {
        private final Context context;

        @Option(names = "--folder", paramLabel = "DIR", description = "A folder of model folders, instead of the usual ones; can be repeated.")
        private List<Path> folders = List.of();

        @Mixin
        private final Reporting reporting = new Reporting();

        All(Context context) {
            this.context = context;
        }

        @Override
        public Integer call() {
            folders.forEach(ModelsCommand::requireFolder);
            List<FoundModel> models = new ArrayList<>();
            ModelSearch.walk(folders.isEmpty() ? context.installation().modelFolders() : folders, new CancelToken(), model -> {
                models.add(model);
                if (!reporting.json()) {
                    print(context.terminal(), model);
                }
            });
            if (reporting.json()) {
                context.terminal().json(Map.of("models", models.stream().map(ModelsCommand::json).toList()));
            }
            return ExitCode.DONE;
        }

        private static void print(Terminal terminal, FoundModel model) {
            PackageReport report = model.report();
            String need = model.memory().map(memory -> "  needs " + memory.text()).orElse("");
            terminal.result(report.name() + "  " + report.family() + "  " + megabytes(model) + need + "  " + state(report) + "  " + report.folder());
            report.problems().forEach(problem -> terminal.say(problem.sentence()));
        }

        private static String state(PackageReport report) {
            int problems = report.problems().size();
            return problems == 0 ? "ready" : problems == 1 ? "1 problem" : problems + " problems";
        }
    }

    @Command(name = "inspect", description = "Says what a model folder holds and everything that keeps it from loading; exit code 2 if something does.")
    static final class Inspect implements Callable<Integer> {
        private final Context context;

        @Parameters(index = "0", paramLabel = "DIR", description = "A model folder, or starter.")
        private String folder = ModelChoice.STARTER;

        @Mixin
        private final Reporting reporting = new Reporting();

        Inspect(Context context) {
            this.context = context;
        }

        @Override
        public Integer call() {
            Terminal terminal = context.terminal();
            ModelFolder inspected = ModelFolder.inspect(context.installation().model(folder));
            PackageReport report = inspected.report();
            Optional<MemoryNeed> memory = Optional.ofNullable(inspected.contents()).map(MemoryNeed::of);
            if (reporting.json()) {
                terminal.json(json(report, memory));
            } else {
                print(terminal, report, memory);
            }
            report.problems().forEach(problem -> terminal.say(problem.sentence()));
            return report.usable() ? ExitCode.DONE : ExitCode.BAD_INPUT;
        }

        private static void print(Terminal terminal, PackageReport report, Optional<MemoryNeed> memory) {
            terminal.result(report.name() + "  (" + report.folder() + ")");
            terminal.result("family: " + report.family() + " (" + report.reason() + ")");
            terminal.result("exported by: " + report.exporter());
            for (PackageReport.Component part : report.components()) {
                terminal.result(String.format(Locale.ROOT, "%s: %s, %.1f MB", part.role(), part.file(), part.bytes() / 1e6));
                terminal.result("    " + words(part.make()));
                part.inputs().forEach(port -> terminal.result("    in   " + port));
                part.outputs().forEach(port -> terminal.result("    out  " + port));
            }
            memory.ifPresent(need -> terminal.result("memory: about " + need.text() + " on the CPU"));
            memory.flatMap(ModelsCommand::warning).ifPresent(terminal::say);
            report.notes().forEach(note -> terminal.result("note: " + note));
            terminal.result(verdict(report));
        }

        private static String verdict(PackageReport report) {
            if (!report.usable()) {
                return "It will not load.";
            }
            return report.devices().contains("cpu") ? "It will load." : "It will load on " + String.join(" or ", report.devices()) + " only, not on the CPU.";
        }
    }

    /// `weights float16; opset 17, com.microsoft 1; 12 x com.microsoft:NhwcConv; runs on cuda`
    private static String words(PackageReport.Make make) {
        List<String> all = new ArrayList<>();
        all.add(make.weights().isEmpty() ? "no weights" : "weights " + String.join(", ", make.weights().keySet()));
        all.add("opset " + make.opsets().entrySet().stream().map(set -> (set.getKey() + " " + set.getValue()).strip()).collect(Collectors.joining(", ")));
        make.operators().forEach((name, count) -> all.add(count + " x " + name));
        all.add("runs on " + String.join(", ", make.devices()));
        return String.join("; ", all);
    }

    /// What is to be said of a model that is large for this machine.
    private static Optional<String> warning(MemoryNeed need) {
        return MemoryNeed.ofThisMachine().flatMap(memory -> need.check(memory, true));
    }

    private static void requireFolder(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new EngineException.InvalidInput("--folder", "a folder of model folders", folder.toString(), "Check the name");
        }
    }

    private static String megabytes(FoundModel model) {
        return model.bytes().isPresent() ? String.format(Locale.ROOT, "%.0f MB", model.bytes().getAsLong() / 1e6) : "size unknown";
    }

    private static Map<String, @Nullable Object> json(FoundModel model) {
        Map<String, @Nullable Object> all = json(model.report(), model.memory());
        all.put("bytes", model.bytes().isPresent() ? model.bytes().getAsLong() : null);
        return all;
    }

    private static Map<String, Object> json(PackageReport.Component part) {
        PackageReport.Make make = part.make();
        return Map.of(
                "role", part.role(), "file", part.file(), "bytes", part.bytes(), "inputs", part.inputs(), "outputs", part.outputs(), "producer", make.producer(), "opsets", make.opsets(),
                "weightBytes", make.weights(), "operators", make.operators(), "devices", make.devices());
    }

    /// Every key is always there; what is not known is null or empty.
    private static Map<String, @Nullable Object> json(PackageReport report, Optional<MemoryNeed> memory) {
        Map<String, @Nullable Object> all = new LinkedHashMap<>();
        all.put("folder", report.folder().toString());
        all.put("name", report.name());
        all.put("family", report.family());
        all.put("reason", report.reason());
        all.put("exporter", report.exporter());
        all.put("usable", report.usable());
        all.put("devices", report.devices());
        all.put(
                "components",
                report.components().stream()
                        .map(ModelsCommand::json)
                        .toList());
        all.put("memoryBytes", memory.map(MemoryNeed::total).orElse(null));
        all.put("problems", report.problems().stream().map(Problem::sentence).toList());
        all.put("notes", report.notes());
        return all;
    }
}
