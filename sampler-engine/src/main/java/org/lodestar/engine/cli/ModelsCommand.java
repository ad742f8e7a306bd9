package org.lodestar.engine.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.Engine;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.pack.PackageReport;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "models", description = "Lists models, and looks into model folders.", synopsisSubcommandLabel = "COMMAND")
final class ModelsCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    private final Context context;

    ModelsCommand(Context context) {
        this.context = context;
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(Objects.requireNonNull(spec).commandLine(), "no command; it has list and inspect");
    }

    @Command(name = "list", description = "Lists the models that ship with the program, and those in DIR.")
    int list(
            @Parameters(arity = "0..1", paramLabel = "DIR", description = "A folder of model folders.") @Nullable Path folder, @Mixin Reporting reporting) {
        try (Engine engine = Engine.open(context.installation().options(0))) {
            List<PackageReport> reports = Stream.concat(folders(context.installation().models()), folder == null ? Stream.empty() : folders(folder))
                    .map(engine::inspect)
                    .toList();
            if (reporting.json()) {
                context.terminal().json(Map.of("models", reports.stream().map(ModelsCommand::json).toList()));
            } else {
                reports.forEach(r -> context.terminal()
                        .result(r.folder().getFileName() + "  " + r.name() + "  " + r.family() + "  " + megabytes(r) + "  "
                                + (r.usable() ? "ready" : r.problems().size() == 1 ? "1 problem" : r.problems().size() + " problems") + "  " + r.folder()));
            }
        }
        return ExitCode.DONE;
    }

    @Command(name = "inspect", description = "Says what a model folder holds and everything that keeps it from loading.")
    int inspect(@Parameters(index = "0", paramLabel = "DIR", description = "A model folder, or starter.") String folder, @Mixin Reporting reporting) {
        Terminal terminal = context.terminal();
        try (Engine engine = Engine.open(context.installation().options(0))) {
            Path path = folder.equals("starter") ? context.installation().models().resolve("starter") : Path.of(folder);
            PackageReport report = engine.inspect(path);
            if (reporting.json()) {
                terminal.json(json(report));
            } else {
                terminal.result(report.name() + "  (" + report.folder() + ")");
                terminal.result("family: " + report.family() + " (" + report.reason() + ")");
                for (PackageReport.Component part : report.components()) {
                    terminal.result(String.format(Locale.ROOT, "%s: %s, %.1f MB", part.role(), part.file(), part.bytes() / 1e6));
                    part.inputs().forEach(port -> terminal.result("    in   " + port));
                    part.outputs().forEach(port -> terminal.result("    out  " + port));
                }
                report.notes().forEach(note -> terminal.result("note: " + note));
                terminal.result(report.usable() ? "It will load." : "It will not load:");
            }
            report.problems().forEach(problem -> terminal.say(problem.sentence()));
            return report.usable() ? ExitCode.DONE : ExitCode.BAD_INPUT;
        }
    }

    private static Stream<Path> folders(Path parent) {
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.filter(Files::isDirectory).sorted().toList().stream();
        } catch (IOException e) {
            throw new EngineException.InvalidInput(parent.toString(), "a folder of model folders", "none that can be listed", "Check the name and the permissions");
        }
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
        all.put("problems", report.problems().stream().map(Problem::sentence).toList());
        all.put("notes", report.notes());
        return all;
    }
}
