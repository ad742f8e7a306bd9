package org.lodestar.engine.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.Engine;
import org.lodestar.engine.calibration.Calibration;
import org.lodestar.engine.calibration.CalibrationStore;
import org.lodestar.engine.evidence.AffineCalibration;
import org.lodestar.engine.evidence.AgCalibration;
import org.lodestar.engine.evidence.Lab;
import org.lodestar.engine.evidence.LinearCalibration;
import org.lodestar.engine.evidence.TableCalibration;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.guidance.FitKey;
import org.lodestar.engine.guidance.LinearFit;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.record.AtomicFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "calibrate",
        description = {
            "Measures numbers that a policy needs on a model, from a few CFG runs, and keeps them for --calibrated.",
            "ag: the threshold at which adaptive guidance stops after a wanted share of the steps.",
            "linear_ag: the coefficients that predict the estimate without the prompt.",
            "core2_affine: two numbers per step that guess what guidance makes of the prompt's estimate.",
            "table: the weights per step that come nearest to full CFG within a number of evaluations, found by search."
        })
final class CalibrateCommand implements Callable<Integer> {
    /// Seeds of pictures that a fit is tried on, apart from those it was fitted on.
    private static final long APART = 1_000_000;

    private final Context context;

    @Mixin
    private final InvestigationOptions options = new InvestigationOptions();

    @Option(names = "--kind", paramLabel = "ID", description = "ag (the default), linear_ag, core2_affine or table.")
    private String kind = "ag";

    @Option(names = "--space", paramLabel = "ID", description = "For ag, what is compared: x0 (the default), eps or x-eps.")
    private String space = "x0";

    @Option(names = "--fraction", paramLabel = "N", description = "For ag, the share of steps to guide, above 0 and up to 1; 0.5 if not given.")
    private double fraction = 0.5;

    @Option(names = "--nfe", paramLabel = "N", description = "For table, the network evaluations it may spend; three quarters of what CFG spends if not given.")
    private Optional<Integer> nfe = Optional.empty();

    @Option(names = "--weights", paramLabel = "N", split = ",", description = "For table, other weights that a step may take, as multiples of the CFG weight; 0,1.5 if not given.")
    private List<Double> weights = new ArrayList<>(List.of(0.0, 1.5));

    @Option(
            names = "--linear",
            description = "For table, steps may also guide by prediction: with the numbers that --kind linear_ag has kept for these settings, else with new ones.")
    private boolean linear;

    @Option(names = "--generations", paramLabel = "N", description = "For table, rounds of evolution after the descent; 10 if not given, 0 for none.")
    private int generations = 10;

    @Option(names = "--seeds", paramLabel = "N", description = "Runs per prompt; 1 if not given.")
    private int seeds = 1;

    @Option(names = "--out", paramLabel = "F.json", description = "Writes the result there too.")
    private @Nullable Path out;

    @Mixin
    private final MemoryOption memory = new MemoryOption();

    @Mixin
    private final Reporting reporting = new Reporting();

    CalibrateCommand(Context context) {
        this.context = context;
    }

    /// @param json    everything that was measured
    /// @param words   the result for people
    /// @param kept    what --calibrated finds again
    private record Result(String json, String words, Calibration kept) {}

    @Override
    public Integer call() throws InterruptedException {
        if (!CalibrationStore.POLICIES.contains(kind)) {
            throw new EngineException.InvalidInput("--kind", "ag, linear_ag, core2_affine or table", kind, "Choose one of them");
        }
        AgCalibration.requireValid(space, fraction);
        if (generations < 0 || generations > 10_000) {
            throw new EngineException.InvalidInput("--generations", "0 to 10000", String.valueOf(generations), "10 is a good start");
        }
        OutputCheck.require("--out", out);
        try (Engine engine = Engine.open(memory.applied(context.installation().options(0)))) {
            Lab lab = options.lab(engine, seeds, context.terminal(), reporting.quiet());
            if (!lab.model().lent().isEmpty()) {
                context.terminal().say("The net of the other model takes no part: what is measured is CFG, which asks the model alone.");
            }
            Result result =
                    switch (kind) {
                        case "linear_ag" -> linear(lab);
                        case "core2_affine" -> affine(lab);
                        case "table" -> table(lab);
                        default -> threshold(lab);
                    };
            context.installation().calibrations().keep(result.kept());
            if (out != null) {
                AtomicFile.replace(out, result.json().getBytes(StandardCharsets.UTF_8));
            }
            context.terminal().result(reporting.json() ? result.json() : result.words());
        }
        return ExitCode.DONE;
    }

    private Result threshold(Lab lab) {
        AgCalibration found = AgCalibration.of(lab, space, fraction);
        Map<String, String> parameters = new LinkedHashMap<>(Term.parseStack(found.policy()).getFirst().parameters());
        Calibration kept = new Calibration(lab.key(lab.scope().cfg()), String.format(Locale.ROOT, "guides about %.0f %% of the steps", 100 * fraction), new Term("ag", parameters));
        String words = String.format(
                Locale.ROOT, "Threshold %.6f guides about %.0f %% of %d steps on %s: --policy \"%s\"", found.threshold(), 100 * fraction, found.steps(), found.model(), found.policy());
        return new Result(found.json(), words + again("ag + " + lab.scope().cfg().text()), kept);
    }

    private Result linear(Lab lab) {
        LinearCalibration found = LinearCalibration.of(lab, apart(lab));
        double fedBack = found.errors().getLast().fedBack().median();
        double prompt = found.errors().getLast().prompt().median();
        Calibration kept = new Calibration(found.fit().key(), lab.scope().pictures() + " CFG runs", found.term("cond"));
        String words = String.format(
                Locale.ROOT,
                "Fitted on %d CFG runs of %s. On runs that were not fitted the squared error at the last step is %.2g from its own predictions, %.2g for the prompt's estimate instead.",
                lab.scope().pictures(), found.model(), fedBack, prompt);
        return new Result(found.json(), words + again("linear_ag + " + lab.scope().cfg().text()), kept);
    }

    private Result affine(Lab lab) {
        AffineCalibration found = AffineCalibration.of(lab, apart(lab));
        Calibration kept = new Calibration(found.fit().key(), lab.scope().pictures() + " CFG runs", found.term());
        String words = String.format(
                Locale.ROOT,
                "Fitted on %d CFG runs of %s. On runs that were not fitted the squared error at the first step is %.2g, %.2g for the prompt's estimate instead.",
                lab.scope().pictures(), found.model(), found.errors().getFirst().fitted().median(), found.errors().getFirst().prompt().median());
        return new Result(found.json(), words + again("core2_affine + " + lab.scope().cfg().text()), kept);
    }

    /// The same prompts with seeds of their own.
    private static Lab apart(Lab lab) {
        return lab.with(lab.scope().withSeeds(lab.scope().seed() + APART, 1));
    }

    private Result table(Lab lab) {
        int cap = nfe.orElse(lab.scope().steps() * 3 / 2);
        TableCalibration found = TableCalibration.of(lab, cap, new TableCalibration.Effort(weights, generations, 16), linear ? fit(lab) : null);
        Calibration kept = new Calibration(found.key(), found.found().nfe() + " evaluations", found.found().term());
        String words = String.format(
                Locale.ROOT,
                "%d evaluations on %s, relative squared distance to full CFG %.3g (guiding the first steps only %.3g, CFG in fewer steps %.3g): %s",
                found.found().nfe(), found.model(), found.found().loss(), found.guided().loss(), found.fewer(), found.found().term().parameters().get("steps"));
        return new Result(found.json(), words + again("table"), kept);
    }

    /// The coefficients that are kept for these settings, else new ones, from other seeds than the search is judged by.
    private LinearFit fit(Lab lab) {
        FitKey key = lab.key(lab.scope().cfg());
        return context.installation().calibrations().of(lab.model().contentHash()).stream()
                .filter(kept -> kept.term().id().equals("linear_ag") && kept.key().equals(key))
                .reduce((_, newer) -> newer)
                .map(kept -> LinearFit.parse(kept.term().parameters().getOrDefault("fit", "")))
                .orElseGet(() -> LinearCalibration.fit(apart(lab)));
    }

    private static String again(String policy) {
        return "\nKept; used again with --policy \"" + policy + "\" --calibrated";
    }
}
