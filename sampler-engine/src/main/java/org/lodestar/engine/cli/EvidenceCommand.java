package org.lodestar.engine.cli;

import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.Engine;
import org.lodestar.engine.evidence.Evidence;
import org.lodestar.engine.evidence.Experiment;
import org.lodestar.engine.evidence.Finding;
import org.lodestar.engine.evidence.Lab;
import org.lodestar.engine.fault.EngineException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "evidence", description = "Measures what the guidance policies do on a model and writes a report: a page, plots, and the numbers as CSV.")
final class EvidenceCommand implements Callable<Integer> {
    private final Context context;

    @Mixin
    private final InvestigationOptions options = new InvestigationOptions();

    @Option(names = "--experiments", paramLabel = "N", split = ",", description = "Which ones, such as 1,5; all if not given.")
    private List<Integer> numbers = new ArrayList<>();

    @Option(names = "--seeds", paramLabel = "N", description = "Pictures per prompt; 8 if not given.")
    private int seeds = 8;

    @Option(names = "--out", paramLabel = "DIR", description = "The folder of the report; made if missing.")
    private @Nullable Path out;

    @Mixin
    private final MemoryOption memory = new MemoryOption();

    @Mixin
    private final Reporting reporting = new Reporting();

    EvidenceCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (out == null) {
            throw new EngineException.InvalidInput("--out", "a folder for the report", "none", "Add for example --out evidence");
        }
        List<Experiment> experiments = numbers.isEmpty() ? Evidence.experiments() : Evidence.experiments(numbers);
        try (Engine engine = Engine.open(memory.applied(context.installation().options(0)))) {
            Lab lab = options.lab(engine, seeds, context.terminal(), reporting.quiet());
            List<Finding.Verdict> verdicts = Evidence.write(lab, experiments, out, LocalDate.now(ZoneId.systemDefault()));
            report(experiments, verdicts, out);
        }
        return ExitCode.DONE;
    }

    private void report(List<Experiment> experiments, List<Finding.Verdict> verdicts, Path folder) {
        Map<String, Object> all = new LinkedHashMap<>();
        for (int i = 0; i < experiments.size(); i++) {
            all.put(String.valueOf(experiments.get(i).number()), verdicts.get(i).toString());
            if (!reporting.json()) {
                context.terminal().result(experiments.get(i).number() + "  " + experiments.get(i).title() + ": " + verdicts.get(i));
            }
        }
        if (reporting.json()) {
            context.terminal().json(Map.of("report", folder.resolve("README.md").toString(), "verdicts", all));
        } else {
            context.terminal().result(folder.resolve("README.md").toString());
        }
    }
}
