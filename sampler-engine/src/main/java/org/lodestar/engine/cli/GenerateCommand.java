package org.lodestar.engine.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.Engine;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.record.AtomicFile;
import org.lodestar.engine.record.CanonicalJson;
import org.lodestar.engine.record.RunRecord;
import org.lodestar.engine.run.OutputPlan;
import org.lodestar.engine.run.RunEvent;
import org.lodestar.engine.run.RunRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "generate", description = "Makes pictures from a prompt.")
final class GenerateCommand implements Callable<Integer> {
    private final Context context;

    @Mixin
    private final PictureOptions options = new PictureOptions();

    @Option(names = "--policy", paramLabel = "STACK", description = "How to guide, such as \"apg(w=10,eta=0)\"; lodestar policies lists them.")
    private @Nullable String policy;

    @Option(names = "--out", paramLabel = "F.png", description = "The picture's file; a numbered file in the pictures folder if left out.")
    private @Nullable Path out;

    @Option(names = "--trace", paramLabel = "F.jsonl", description = "Writes one JSON line per step, with its level, telemetry and latents.")
    private @Nullable Path trace;

    @Mixin
    private final Calibrated calibrated = new Calibrated();

    @Mixin
    private final Reporting reporting = new Reporting();

    GenerateCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        OutputPlan output = out != null ? OutputPlan.file(out) : OutputPlan.folder(context.installation().pictures());
        PictureOptions.Wish wish = options.read(policy == null ? List.of() : List.of(policy), output, context.random(), context.installation().wildcards());
        OutputCheck.require("--trace", trace);
        Progress progress = reporting.progress(context.terminal());
        try (Engine engine = Engine.open(options.engine(context.installation(), wish))) {
            ModelInfo model = Following.load(engine, wish.model(), wish.device(), progress);
            RunRequest request = new RunRequest(calibrated.fill(wish.lanes(model.defaults(), model.sizes()), context.installation().calibrations(), model), wish.device(), output);
            Following.Finished finished = Following.follow(engine, request, progress);
            if (trace != null) {
                AtomicFile.replace(trace, Trace.of(finished.run(), wish.batch()));
            }
            report(finished, model);
        }
        return ExitCode.DONE;
    }

    private void report(Following.Finished finished, ModelInfo model) {
        if (reporting.json()) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("pictures", finished.images().stream().map(GenerateCommand::json).toList());
            all.put("spec", CanonicalJson.parse("spec", finished.images().getFirst().record().spec()));
            all.put("model", model.name());
            all.put("device", model.device().label());
            all.put("seconds", finished.seconds());
            context.terminal().json(all);
            return;
        }
        for (RunEvent.ImageFinished image : finished.images()) {
            context.terminal().result(sentence(image, finished.seconds() / finished.images().size()));
        }
    }

    /// A finished picture as a result for programs.
    static Map<String, Object> json(RunEvent.ImageFinished image) {
        RunRecord record = image.record();
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("file", String.valueOf(image.file()));
        all.put("width", image.image().width());
        all.put("height", image.image().height());
        all.put("seed", record.seed());
        all.put("nfe", record.nfe());
        all.put("nfeFull", record.nfeFull());
        all.put("imageHash", record.imageHash());
        all.put("latentHash", record.latentHash());
        all.put("timings", record.timings());
        return all;
    }

    /// A finished picture as a result for people.
    static String sentence(RunEvent.ImageFinished image, double seconds) {
        RunRecord record = image.record();
        String saved = record.nfe() < record.nfeFull() ? " (" + (record.nfeFull() - record.nfe()) + " saved)" : "";
        return String.format(
                Locale.ROOT,
                "%s  %dx%d  seed %d  %s  %d evaluations%s  %.2f s",
                Objects.requireNonNull(image.file()),
                image.image().width(),
                image.image().height(),
                record.seed(),
                record.policyLog().isEmpty() ? Term.text(List.of()) : record.policyLog().getFirst().policy(),
                record.nfe(),
                saved,
                seconds);
    }
}
