package org.lodestar.engine.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.Engine;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.evidence.GuidancePages;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.guidance.PolicyType;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "docs", description = "Writes documents from the catalogue.", synopsisSubcommandLabel = "COMMAND")
final class DocsCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(Objects.requireNonNull(spec).commandLine(), "no command; it has guidance");
    }

    @Command(name = "guidance", description = "A page per family of guidance policies, with a picture of plain CFG against each policy.")
    static final class Guidance implements Callable<Integer> {
        private final Context context;

        @Mixin
        private final InvestigationOptions options = new InvestigationOptions();

        @Option(names = "--out", paramLabel = "DIR", description = "The folder of the pages; made if missing.")
        private @Nullable Path out;

        @Option(names = "--policy", paramLabel = "ID", description = "Makes the picture of this policy only; may be given several times.")
        private List<String> only = List.of();

        @Option(names = "--text-only", description = "Leaves the pictures as they are, and needs no model.")
        private boolean textOnly;

        @Mixin
        private final Reporting reporting = new Reporting();

        Guidance(Context context) {
            this.context = context;
        }

        @Override
        public Integer call() throws InterruptedException {
            if (out == null) {
                throw new EngineException.InvalidInput("--out", "a folder for the pages", "none", "Add for example --out guidance");
            }
            Map<String, String> without = textOnly ? text(out) : pictures(out);
            if (reporting.json()) {
                context.terminal().json(Map.of("pages", out.toString(), "withoutPicture", without));
            } else {
                without.forEach((policy, reason) -> context.terminal().result("no picture of " + policy + ": " + reason));
                context.terminal().result(out.resolve("README.md").toString());
            }
            return ExitCode.DONE;
        }

        private static Map<String, String> text(Path folder) {
            GuidancePages.writeText(folder);
            return Map.of();
        }

        private Map<String, String> pictures(Path folder) throws InterruptedException {
            Set<String> ids = only.stream().map(id -> Catalog.policyType(id).descriptor().id()).collect(Collectors.toSet());
            Predicate<PolicyType> wanted = type -> ids.isEmpty() || ids.contains(type.descriptor().id());
            try (Engine engine = Engine.open(context.installation().options(0))) {
                return GuidancePages.write(options.lab(engine, 1, context.terminal(), reporting.quiet()), folder, wanted);
            }
        }
    }
}
