package org.lodestar.engine.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.Engine;
import org.lodestar.engine.evidence.AgCalibration;
import org.lodestar.engine.record.AtomicFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "calibrate", description = "Finds the threshold at which adaptive guidance stops after a wanted share of the steps, from a few CFG runs.")
final class CalibrateCommand implements Callable<Integer> {
    private final Context context;

    @Mixin
    private final InvestigationOptions options = new InvestigationOptions();

    @Option(names = "--space", paramLabel = "ID", description = "What is compared: x0 (the default), eps or x-eps.")
    private String space = "x0";

    @Option(names = "--fraction", paramLabel = "N", description = "The share of steps to guide, above 0 and up to 1; 0.5 if not given.")
    private double fraction = 0.5;

    @Option(names = "--seeds", paramLabel = "N", description = "Runs per prompt; 1 if not given.")
    private int seeds = 1;

    @Option(names = "--out", paramLabel = "F.json", description = "Writes the result there too.")
    private @Nullable Path out;

    @Mixin
    private final Reporting reporting = new Reporting();

    CalibrateCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        AgCalibration.requireValid(space, fraction);
        OutputCheck.require("--out", out);
        try (Engine engine = Engine.open(context.installation().options(0))) {
            AgCalibration found = AgCalibration.of(options.lab(engine, seeds, context.terminal(), reporting.quiet()), space, fraction);
            if (out != null) {
                AtomicFile.replace(out, found.json().getBytes(StandardCharsets.UTF_8));
            }
            context.terminal()
                    .result(
                            reporting.json()
                                    ? found.json()
                                    : String.format(
                                            Locale.ROOT,
                                            "Threshold %.6f guides about %.0f %% of %d steps on %s: --policy \"%s\"",
                                            found.threshold(), 100 * fraction, found.steps(), found.model(), found.policy()));
        }
        return ExitCode.DONE;
    }
}
