package org.lodestar.engine.cli;

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
import org.lodestar.engine.evidence.Scout;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.record.CanonicalJson;
import org.lodestar.engine.run.OutputPlan;
import org.lodestar.engine.run.RunCheck;
import org.lodestar.engine.run.RunEvent;
import org.lodestar.engine.run.RunSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "scout",
        description = {
            "Looks at the first steps of many seeds and finishes the promising ones (CFG-Rejection).",
            "By that method a seed promises the more, the farther the estimates with and without the prompt lie apart in those steps. Whether that holds depends on the model: "
                    + "lodestar evidence --experiments 17 asks it. The pictures are those that generate makes of the same seeds."
        })
final class ScoutCommand implements Callable<Integer> {
    private final Context context;

    @Mixin
    private final PictureOptions options = new PictureOptions();

    @Option(names = "--policy", paramLabel = "STACK", description = "How to guide, such as \"cfg(w=5)\"; it has to compare the prompt with a second branch in the first steps.")
    private @Nullable String policy;

    @Option(names = "--seeds", paramLabel = "N", description = "How many seeds to look at, from --seed on; 16 if left out.")
    private int seeds = 16;

    @Option(names = "--look", paramLabel = "N", description = "After how many steps to choose; 5 if left out.")
    private int look = 5;

    @Option(names = "--keep", paramLabel = "N", description = "How many to finish; 4 if left out.")
    private int keep = 4;

    @Option(names = "--out", paramLabel = "DIR", description = "The folder for numbered files; the pictures folder if left out.")
    private @Nullable Path out;

    @Mixin
    private final Calibrated calibrated = new Calibrated();

    @Mixin
    private final Reporting reporting = new Reporting();

    ScoutCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        OutputPlan output = OutputPlan.folder(out != null ? out : context.installation().pictures());
        PictureOptions.Wish wish = options.read(policy == null ? List.of() : List.of(policy), output, context.random(), context.installation().wildcards());
        List<Problem> problems = new ArrayList<>(Scout.problems(seeds, look, keep, wish.steps().orElse(RunCheck.MAX_STEPS)));
        if (wish.batch() != 1) {
            problems.add(new Problem("--batch", "none, since every seed is a run of its own", String.valueOf(wish.batch()), "Say with --seeds how many to look at"));
        }
        if (!problems.isEmpty()) {
            throw new EngineException.InvalidInput(problems);
        }
        Progress progress = reporting.progress(context.terminal());
        try (Engine engine = Engine.open(options.engine(context.installation(), wish))) {
            ModelInfo model = Following.load(engine, wish.model(), wish.device(), progress);
            long start = System.nanoTime();
            RunSpec spec = calibrated.fill(wish.lanes(model.defaults(), model.sizes()), context.installation().calibrations(), model).getFirst();
            Scout scout = new Scout(spec, seeds, look, keep);
            List<Scout.Looked> looked = scout.look(engine, wish.device(), output, (run, cursor) -> {
                Following.follow(run, cursor, event -> whileLooking(event, progress));
                progress.looking((int) (run.lanes().getFirst().seed() - spec.seed()) + 1, seeds);
            });
            List<Scout.Scouted> scouted = scout.finish(looked, (run, cursor) -> Following.follow(run, cursor, reporting.progress(context.terminal())::on));
            report(scouted, model, (System.nanoTime() - start) / 1e9);
        }
        return ExitCode.DONE;
    }

    /// Steps of single seeds are not worth a line.
    private static void whileLooking(RunEvent event, Progress progress) {
        if (!(event instanceof RunEvent.StepFinished)) {
            progress.on(event);
        }
    }

    private void report(List<Scout.Scouted> scouted, ModelInfo model, double seconds) {
        List<RunEvent.ImageFinished> pictures = scouted.stream().map(Scout.Scouted::picture).flatMap(Optional::stream).toList();
        int spent = scouted.stream().mapToInt(Scout.Scouted::evaluations).sum();
        long all = Scout.evaluationsOfAll(scouted);
        if (reporting.json()) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("seeds", scouted.stream().map(ScoutCommand::json).toList());
            json.put("look", look);
            json.put("nfe", spent);
            json.put("nfeOfAll", all);
            json.put("pictures", pictures.stream().map(GenerateCommand::json).toList());
            json.put("spec", CanonicalJson.parse("spec", pictures.getFirst().record().spec()));
            json.put("model", model.name());
            json.put("device", model.device().label());
            json.put("seconds", seconds);
            context.terminal().json(json);
            return;
        }
        context.terminal().result(String.format(Locale.ROOT, "%12s  %12s", "seed", "sum"));
        scouted.forEach(seed -> context.terminal().result(String.format(Locale.ROOT, "%12d  %12.4f  %s", seed.seed(), seed.difference(), seed.picture().isPresent() ? "kept" : "dropped")));
        context.terminal().result(String.format(Locale.ROOT, "%d evaluations; making all %d takes %d", spent, seeds, all));
        pictures.forEach(picture -> context.terminal().result(GenerateCommand.sentence(picture, picture.record().timings().getOrDefault("total", 0.0))));
    }

    private static Map<String, Object> json(Scout.Scouted seed) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("seed", seed.seed());
        all.put("sum", seed.difference());
        all.put("kept", seed.picture().isPresent());
        all.put("nfe", seed.evaluations());
        return all;
    }
}
