package org.lodestar.engine.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.lodestar.engine.Engine;
import org.lodestar.engine.image.Ssim;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.ModelChoice;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.record.RunRecord;
import org.lodestar.engine.run.OutputPlan;
import org.lodestar.engine.run.RunEvent;
import org.lodestar.engine.run.RunHandle;
import org.lodestar.engine.run.RunRequest;
import org.lodestar.engine.run.RunSpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "speed", description = "Seconds per picture, what Adaptive Guidance saves and at what similarity, and what live previews cost, on the starter model.")
final class SpeedBench implements Callable<Integer> {
    private static final int WARM_UPS = 3;
    private static final int ROUNDS = 10;
    private static final String CFG = "cfg(w=5)";
    private static final String AG = "ag + cfg(w=5)";
    private static final List<String> PROMPTS = List.of(
            "red apple", "dog face", "cat", "fox", "owl", "penguin", "tiger", "turtle", "octopus", "butterfly", "sunflower", "tulip", "cactus", "mushroom", "strawberry", "banana",
            "pizza", "hamburger", "cake", "hot beverage", "house", "castle", "rocket", "airplane", "sailboat", "bicycle", "guitar", "trophy", "umbrella", "sun", "cloud", "heart");

    private final Context context;

    @Mixin
    private final Reporting reporting = new Reporting();

    @Option(names = "--prompts", paramLabel = "N", defaultValue = "32", description = "Prompts for Adaptive Guidance, 1 to 32.")
    private int prompts = PROMPTS.size();

    SpeedBench(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        Map<String, Object> all = new LinkedHashMap<>();
        try (Engine engine = Engine.open(context.installation().options(0))) {
            ModelInfo model = Following.load(engine, ModelChoice.of(ModelChoice.STARTER), DeviceWish.CPU, Progress.silent());
            RunSpec spec = BenchCommand.spec(model, "red apple", 1, CFG);
            BenchCommand.make(engine, spec);
            all.put("launchToFirstPictureSeconds", sinceLaunch());
            for (int i = 0; i < WARM_UPS; i++) {
                BenchCommand.make(engine, spec);
            }
            all.putAll(speed(engine, spec));
            all.putAll(adaptive(engine, model, Math.clamp(prompts, 1, PROMPTS.size())));
            all.put("previewCostRatio", previewCost(engine, spec));
            all.put("device", model.device().label());
            all.put("callLayout", model.callLayout());
        }
        report(all);
        return ExitCode.DONE;
    }

    private static double sinceLaunch() {
        return ProcessHandle.current().info().startInstant().map(start -> Duration.between(start, Instant.now()).toMillis() / 1e3).orElse(Double.NaN);
    }

    private static Map<String, Object> speed(Engine engine, RunSpec spec) throws InterruptedException {
        double[] picture = new double[ROUNDS];
        double[] step = new double[ROUNDS];
        double[] evaluation = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            Following.Finished finished = BenchCommand.make(engine, spec);
            RunRecord record = finished.images().getFirst().record();
            picture[round] = finished.seconds();
            step[round] = record.timings().getOrDefault("denoise", 0.0) / BenchCommand.STEPS;
            evaluation[round] = record.timings().getOrDefault("network", 0.0) / record.nfe();
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("secondsPerPicture", BenchCommand.median(picture));
        all.put("stepsPerSecond", 1 / BenchCommand.median(step));
        all.put("nfePerSecond", 1 / BenchCommand.median(evaluation));
        return all;
    }

    /// The same prompts and noise under CFG and under Adaptive Guidance.
    private static Map<String, Object> adaptive(Engine engine, ModelInfo model, int count) throws InterruptedException {
        double[] similarity = new double[count];
        double[] cfgSeconds = new double[count];
        double[] agSeconds = new double[count];
        long full = 0;
        long spent = 0;
        for (int i = 0; i < count; i++) {
            Following.Finished cfg = BenchCommand.make(engine, BenchCommand.spec(model, PROMPTS.get(i), i, CFG));
            Following.Finished ag = BenchCommand.make(engine, BenchCommand.spec(model, PROMPTS.get(i), i, AG));
            similarity[i] = Ssim.of(cfg.images().getFirst().image(), ag.images().getFirst().image());
            cfgSeconds[i] = cfg.seconds();
            agSeconds[i] = ag.seconds();
            full += cfg.images().getFirst().record().nfe();
            spent += ag.images().getFirst().record().nfe();
        }
        double mean = 0;
        double least = 1;
        for (double s : similarity) {
            mean += s / count;
            least = Math.min(least, s);
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("agPrompts", count);
        all.put("agNfeSavedShare", 1 - (double) spent / full);
        all.put("agSsimMean", mean);
        all.put("agSsimMedian", BenchCommand.median(similarity));
        all.put("agSsimLeast", least);
        all.put("agSecondsPerPicture", BenchCommand.median(agSeconds));
        all.put("agSpeedUp", BenchCommand.median(cfgSeconds) / BenchCommand.median(agSeconds));
        return all;
    }

    /// Time with previews of every step made by a second thread over time without, from pairs of runs that alternate.
    private static double previewCost(Engine engine, RunSpec spec) throws InterruptedException {
        double[] ratios = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            double without = BenchCommand.make(engine, spec).images().getFirst().record().timings().getOrDefault("denoise", 0.0);
            ratios[round] = withPreviews(engine, spec) / without;
        }
        return BenchCommand.median(ratios);
    }

    /// Seconds of the denoising loop while this thread makes a picture of the latest step whenever it is free.
    private static double withPreviews(Engine engine, RunSpec spec) throws InterruptedException {
        RunHandle run = engine.submit(new RunRequest(List.of(spec), DeviceWish.CPU, OutputPlan.NONE));
        List<RunEvent> events = new ArrayList<>();
        while (!run.isOver()) {
            List<RunEvent> fresh = run.awaitEvents(events.size());
            events.addAll(fresh);
            fresh.stream()
                    .filter(RunEvent.StepFinished.class::isInstance)
                    .map(RunEvent.StepFinished.class::cast)
                    .reduce((earlier, later) -> later)
                    .ifPresent(step -> run.previewer().ifPresent(p -> p.preview(run.step(0, 0, step.step()).guided().denoised())));
        }
        return run.pictures().stream()
                .findFirst()
                .map(image -> image.record().timings().getOrDefault("denoise", 0.0))
                .orElse(Double.NaN);
    }

    private void report(Map<String, Object> all) {
        Terminal terminal = context.terminal();
        if (reporting.json()) {
            terminal.json(all);
            return;
        }
        terminal.result(text("Starter model, 128x128, 20 steps of DDIM, CFG, batch 1, %s", all, "device"));
        terminal.result(text("  %.3f s per picture, %.1f steps/s, %.1f network evaluations/s", all, "secondsPerPicture", "stepsPerSecond", "nfePerSecond"));
        terminal.result(text("  %.2f s from launch to the first picture", all, "launchToFirstPictureSeconds"));
        terminal.result(text(
                "Adaptive Guidance over %d prompts: saves %.1f %% of the evaluations, %.3f s per picture (%.2f times as fast), SSIM to CFG %.4f (mean), %.4f (least)",
                all, "agPrompts", "agNfeSavedShare", "agSecondsPerPicture", "agSpeedUp", "agSsimMean", "agSsimLeast"));
        terminal.result(text("Live previews: %.3f times the time without (at most 1.03)", all, "previewCostRatio"));
    }

    private static String text(String format, Map<String, Object> all, String... names) {
        Object[] values = new Object[names.length];
        for (int i = 0; i < names.length; i++) {
            Object value = Objects.requireNonNull(all.get(names[i]));
            values[i] = names[i].endsWith("Share") && value instanceof Double share ? (Object) (100 * share) : value;
        }
        return String.format(Locale.ROOT, format, values);
    }
}
