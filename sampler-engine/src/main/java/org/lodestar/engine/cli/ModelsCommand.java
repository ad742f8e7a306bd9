package org.lodestar.engine.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.Engine;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.pack.MemoryNeed;
import org.lodestar.engine.pack.ModelFolder;
import org.lodestar.engine.pack.PackageReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "models", description = "Lists models, and looks into model folders.", synopsisSubcommandLabel = "COMMAND")
final class ModelsCommand implements Runnable {
    @Override
    public void run() {
        throw new EngineException.InvalidInput("models", "list or inspect", "neither", "List shows what there is");
    }

    @Command(name = "list", description = "Lists the models that ship with the program, and those in DIR.")
    static final class All implements Callable<Integer> {
        private final Context context;

        @Parameters(arity = "0..1", paramLabel = "DIR", description = "A folder of model folders.")
        private @Nullable Path folder;

        @Mixin
        private final Reporting reporting = new Reporting();

        All(Context context) {
            this.context = context;
        }

        @Override
        public Integer call() {
            Path more = folder;
            try (Engine engine = Engine.open(context.installation().options(0))) {
                List<PackageReport> reports = Stream.concat(folders(context.installation().models()), more == null ? Stream.empty() : folders(more))
                        .map(engine::inspect)
                        .toList();
                if (reporting.json()) {
                    context.terminal().json(Map.of("models", reports.stream().map(ModelsCommand::json).toList()));
                } else {
                    reports.forEach(r -> context.terminal().result(r.name() + "  " + r.family() + "  " + megabytes(r) + "  " + state(r) + "  " + r.folder()));
                }
            }
            return ExitCode.DONE;
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
        private String folder = "starter";

        @Mixin
        private final Reporting reporting = new Reporting();

        Inspect(Context context) {
            this.context = context;
        }

        @Override
        public Integer call() {
            Terminal terminal = context.terminal();
            try (Engine engine = Engine.open(context.installation().options(0))) {
                Path path = folder.equals("starter") ? context.installation().models().resolve("starter") : Path.of(folder);
                PackageReport report = engine.inspect(path);
                if (reporting.json()) {
                    terminal.json(json(report));
                } else {
                    print(terminal, report);
                }
                report.problems().forEach(problem -> terminal.say(problem.sentence()));
                return report.usable() ? ExitCode.DONE : ExitCode.BAD_INPUT;
            }
        }

        private static void print(Terminal terminal, PackageReport report) {
            terminal.result(report.name() + "  (" + report.folder() + ")");
            terminal.result("family: " + report.family() + " (" + report.reason() + ")");
            for (PackageReport.Component part : report.components()) {
                terminal.result(String.format(Locale.ROOT, "%s: %s, %.1f MB", part.role(), part.file(), part.bytes() / 1e6));
                part.inputs().forEach(port -> terminal.result("    in   " + port));
                part.outputs().forEach(port -> terminal.result("    out  " + port));
            }
            memory(report).ifPresent(need -> terminal.result("memory: about " + need.text() + " on the CPU"));
            report.notes().forEach(note -> terminal.result("note: " + note));
            terminal.result(report.usable() ? "It will load." : "It will not load.");
        }
    }

    private static Stream<Path> folders(Path parent) {
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.filter(Files::isDirectory).sorted().toList().stream();
        } catch (IOException e) {
            throw new EngineException.InvalidInput(parent.toString(), "a folder of model folders", "none that can be listed", "Check the name and the permissions");
        }
    }

    /// What a usable folder needs.
    private static Optional<MemoryNeed> memory(PackageReport report) {
        return Optional.ofNullable(ModelFolder.inspect(report.folder()).contents()).map(MemoryNeed::of);
    }

    private static String megabytes(PackageReport report) {
        long bytes = report.components().stream().mapToLong(PackageReport.Component::bytes).sum();
        return String.format(Locale.ROOT, "%.0f MB", bytes / 1e6);
    }

    private static Map<String, Object> json(PackageReport report) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("folder", report.folder().toString());
        all.put("name", report.name());
        all.put("family", report.family());
        all.put("reason", report.reason());
        all.put("usable", report.usable());
        all.put(
                "components",
                report.components().stream()
                        .map(c -> Map.of("role", c.role(), "file", c.file(), "bytes", c.bytes(), "inputs", c.inputs(), "outputs", c.outputs()))
                        .toList());
        memory(report).ifPresent(need -> all.put("memoryBytes", need.total()));
        all.put("problems", report.problems().stream().map(Problem::sentence).toList());
        all.put("notes", report.notes());
        return all;
    }
}
