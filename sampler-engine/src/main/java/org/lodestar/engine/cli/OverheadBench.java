package org.lodestar.engine.cli;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.lodestar.engine.Engine;
import org.lodestar.engine.EngineOptions;
import org.lodestar.engine.internal.ort.IdentityModel;
import org.lodestar.engine.model.CancelToken;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.Lent;
import org.lodestar.engine.pack.ModelChoice;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.pack.ModelLoader;
import org.lodestar.engine.pack.ModelPackage;
import org.lodestar.engine.pack.PackageReport;
import org.lodestar.engine.record.RunRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "overhead", description = "The share of the denoising loop spent outside the network, and the bytes allocated per step.")
final class OverheadBench implements Callable<Integer> {
    private static final int WARM_UPS = 10;
    private static final int ROUNDS = 10;
    /// What one step of SD 1.5 under CFG takes at 512x512 in fp16: 50 steps in 0.57 s on an H100, in 4.7 s on an RTX 3060.
    private static final double FAST_STEP_MILLIS = 11.4;
    private static final double COMMON_STEP_MILLIS = 94;

    private final Context context;

    @Mixin
    private final Reporting reporting = new Reporting();

    OverheadBench(Context context) {
        this.context = context;
    }

    /// @param share          of the denoising loop outside the network: the median run
    /// @param leastShare     the same of the run least disturbed by other programs
    /// @param secondsPerStep outside the network, median
    /// @param bytesPerStep   allocated on the Java heap by everything that runs
    private record Overhead(double share, double leastShare, double secondsPerStep, double bytesPerStep) {
        Map<String, Object> values() {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("share", share);
            all.put("leastShare", leastShare);
            all.put("secondsPerStep", secondsPerStep);
            all.put("bytesPerStep", bytesPerStep);
            return all;
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        Overhead starter;
        try (Engine engine = Engine.open(context.installation().options(0))) {
            ModelInfo model = Following.load(engine, ModelChoice.of(ModelChoice.STARTER), DeviceWish.CPU, Progress.silent());
            starter = measure(engine, model, record -> record.timings().getOrDefault("network", 0.0));
        }
        Overhead common = stub(COMMON_STEP_MILLIS);
        Overhead fast = stub(FAST_STEP_MILLIS);
        if (reporting.json()) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("starter", starter.values());
            all.put("stubAt94ms", common.values());
            all.put("stubAt11.4ms", fast.values());
            context.terminal().json(all);
        } else {
            print("starter model, 128x128, CFG", starter, " (at most 3 %)");
            print("SD 1.5 stub, 512x512, CFG, 94 ms per step", common, " (at most 1 %)");
            print("SD 1.5 stub, 512x512, CFG, 11.4 ms per step", fast, "");
        }
        return ExitCode.DONE;
    }

    /// A network of the shape of SD 1.5 that hands its input back, with a wait in place of its arithmetic: all copying to and from tensors and the call of the runtime count as the program's.
    private Overhead stub(double stepMillis) throws InterruptedException {
        EngineOptions options = context.installation().options(1);
        Duration evaluation = Duration.ofNanos(Math.round(stepMillis * 1e6 / 2));
        IdentityModel stub = IdentityModel.open(options.cacheFolder(), options.threads(), evaluation);
        try (Engine engine = Engine.open(options, new Fixed(stub))) {
            long[] seen = {0};
            return measure(engine, stub.info(), record -> {
                long waited = stub.waitedNanos() - seen[0];
                seen[0] += waited;
                return waited / 1e9;
            });
        }
    }

    /// Always the same model, whatever is asked for.
    private record Fixed(ModelPackage model) implements ModelLoader {
        @Override
        public PackageReport inspect(Path folder) {
            return new PackageReport(folder, model.info().name(), model.info().family(), "made for measuring", List.of(), List.of(), List.of());
        }

        @Override
        public ModelPackage open(Path folder, List<Lent> lent, DeviceWish wish, LoadListener listener, CancelToken cancel) {
            return model;
        }
    }

    /// Medians over runs.
    ///
    /// @param network seconds spent in the network by the run just finished
    private static Overhead measure(Engine engine, ModelInfo model, ToDoubleFunction<RunRecord> network) throws InterruptedException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        double[] shares = new double[ROUNDS];
        double[] seconds = new double[ROUNDS];
        double[] bytes = new double[ROUNDS];
        for (int round = -WARM_UPS; round < ROUNDS; round++) {
            long before = threads.getTotalThreadAllocatedBytes();
            RunRecord record = BenchCommand.make(engine, BenchCommand.spec(model, "red apple", 1, "cfg(w=5)")).images().getFirst().record();
            long allocated = threads.getTotalThreadAllocatedBytes() - before;
            double loop = record.timings().getOrDefault("denoise", 0.0);
            double outside = loop - network.applyAsDouble(record);
            if (round >= 0) {
                shares[round] = outside / loop;
                seconds[round] = outside / BenchCommand.STEPS;
                bytes[round] = (double) allocated / BenchCommand.STEPS;
            }
        }
        return new Overhead(BenchCommand.median(shares), Arrays.stream(shares).min().orElseThrow(), BenchCommand.median(seconds), BenchCommand.median(bytes));
    }

    private void print(String what, Overhead o, String target) {
        context.terminal()
                .result(String.format(
                        Locale.ROOT,
                        "%s: %.2f %% of the loop outside the network%s, %.2f %% in the calmest run, %.0f microseconds and %.0f kB allocated per step",
                        what, 100 * o.share(), target, 100 * o.leastShare(), 1e6 * o.secondsPerStep(), o.bytesPerStep() / 1000));
    }
}
