package org.lodestar.engine.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.Engine;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.image.Png;
import org.lodestar.engine.image.PngText;
import org.lodestar.engine.image.Sheet;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.record.AtomicFile;
import org.lodestar.engine.record.RecordJson;
import org.lodestar.engine.record.Versions;
import org.lodestar.engine.run.OutputPlan;
import org.lodestar.engine.run.RunRequest;
import org.lodestar.engine.run.RunSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "compare", description = "Makes the same pictures under two to four policies, from the same noise, on one labelled sheet.")
final class CompareCommand implements Callable<Integer> {
    private static final int LEAST_LANES = 2;
    private static final String KEYWORD = "lodestar-sheet";

    private final Context context;

    @Mixin
    private final PictureOptions options = new PictureOptions();

    @Option(names = "--policy", paramLabel = "STACK", description = "One per lane, two to four times.")
    private List<String> policies = new ArrayList<>();

    @Option(names = "--out", paramLabel = "SHEET.png", description = "The sheet's file.")
    private @Nullable Path out;

    @Option(names = "--csv", paramLabel = "F.csv", description = "Writes the numbers as a table too.")
    private @Nullable Path csv;

    @Mixin
    private final Calibrated calibrated = new Calibrated();

    @Mixin
    private final Reporting reporting = new Reporting();

    CompareCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (policies.size() < LEAST_LANES) {
            throw new EngineException.InvalidInput(
                    "--policy", "two to four policies to compare", policies.isEmpty() ? "none" : "one", "Add for example --policy \"cfg(w=7.5)\" --policy \"apg(w=12)\"");
        }
        if (out == null) {
            throw new EngineException.InvalidInput("--out", "a file for the sheet", "none", "Add for example --out sheet.png");
        }
        OutputCheck.require("--out", out);
        OutputCheck.require("--csv", csv);
        PictureOptions.Wish wish = options.read(policies, OutputPlan.NONE, context.random(), context.installation().wildcards());
        Progress progress = reporting.progress(context.terminal());
        try (Engine engine = Engine.open(options.engine(context.installation(), wish))) {
            ModelInfo model = Following.load(engine, wish.model(), wish.device(), progress);
            List<RunSpec> lanes = calibrated.fill(wish.lanes(model.defaults(), model.sizes()), context.installation().calibrations(), model);
            Following.Finished finished = Following.follow(engine, new RunRequest(lanes, wish.device(), OutputPlan.NONE), progress);
            List<LaneMetrics> metrics = LaneMetrics.of(finished);
            String recipes = finished.images().stream().map(image -> RecordJson.write(image.record())).collect(Collectors.joining(",", "[", "]"));
            byte[] sheet = Png.encode(sheet(finished, metrics, model, lanes).draw(), List.of(new PngText(KEYWORD, recipes)));
            AtomicFile.replace(out, sheet);
            if (csv != null) {
                AtomicFile.replace(csv, LaneMetrics.csv(metrics).getBytes(StandardCharsets.UTF_8));
            }
            report(metrics, out);
        }
        return ExitCode.DONE;
    }

    /// One column per lane, one row per sample.
    private static Sheet sheet(Following.Finished finished, List<LaneMetrics> metrics, ModelInfo model, List<RunSpec> lanes) {
        RunSpec first = lanes.getFirst();
        List<Sheet.Cell> cells = new ArrayList<>();
        for (int sample = 0; sample < first.batch(); sample++) {
            for (int lane = 0; lane < lanes.size(); lane++) {
                int at = lane * first.batch() + sample;
                LaneMetrics m = metrics.get(at);
                String seed = first.batch() > 1 ? "seed " + m.seed() + "\n" : "";
                cells.add(new Sheet.Cell(finished.images().get(at).image(), m.letter() + "  " + name(lanes.get(lane).policy()), seed + shown(m.policy()), m.facts()));
            }
        }
        String negative = first.negative().isBlank() ? "" : "\nwithout: " + first.negative();
        String subtitle = String.join(
                        "  ·  ",
                        model.name(),
                        first.width() + "×" + first.height(),
                        first.steps() + " steps",
                        Catalog.samplerType(first.sampler().id()).descriptor().name(),
                        Catalog.spacingType(first.spacing().id()).descriptor().name(),
                        first.batch() > 1 ? "seeds " + first.seed() + " to " + (first.seed() + first.batch() - 1) : "seed " + first.seed())
                + negative;
        return new Sheet(first.prompt().isBlank() ? "(empty prompt)" : first.prompt(), subtitle, lanes.size(), cells, "Lodestar " + Versions.LODESTAR);
    }

    private static String name(List<Term> policy) {
        return policy.stream().map(term -> Catalog.policyType(term.id()).descriptor().name()).collect(Collectors.joining(" + "));
    }

    /// The text form with blanks after commas, where a line may break.
    private static String shown(String policy) {
        return policy.replace(",", ", ");
    }

    private void report(List<LaneMetrics> metrics, Path sheet) {
        Terminal terminal = context.terminal();
        if (reporting.json()) {
            terminal.json(Map.of("sheet", sheet.toString(), "lanes", metrics.stream().map(LaneMetrics::values).toList()));
            return;
        }
        terminal.result(sheet.toString());
        for (LaneMetrics m : metrics) {
            terminal.result(String.format(
                    Locale.ROOT,
                    "  %s  seed %d  NFE %d  %.2f s  saturation %.3f  contrast %.3f  clipped %.1f %%  SSIM to A %.3f  %s",
                    m.letter(), m.seed(), m.nfe(), m.seconds(), m.image().saturation(), m.image().contrast(), 100 * m.image().clipped(), m.ssimToA(), m.policy()));
        }
    }
}
