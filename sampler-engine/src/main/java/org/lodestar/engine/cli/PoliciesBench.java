package org.lodestar.engine.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.lodestar.engine.bench.PolicyBenchmark;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "policies", description = "Time and allocation of one guided step besides the network, telemetry included, on 4x128x128 latents.")
final class PoliciesBench implements Callable<Integer> {
    private final Context context;

    @Option(names = "--policy", paramLabel = "STACK", description = "May be given several times; a few usual ones if not given.")
    private List<String> policies = List.of("cfg(w=7.5)", "apg(w=15,eta=0,r=15,beta=-0.5)", "cfgpp(w=0.6)", "interval(lo=0.28,hi=5.42) + apg(w=15) + rescale");

    @Mixin
    private final Reporting reporting = new Reporting();

    PoliciesBench(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        List<PolicyBenchmark.Cost> costs = PolicyBenchmark.measure(policies);
        if (reporting.json()) {
            context.terminal()
                    .json(costs.stream()
                            .map(cost -> Map.of(
                                    "policy", cost.policy(),
                                    "microsecondsPerStep", cost.microseconds(),
                                    "error", cost.error(),
                                    "bytesPerStep", cost.bytes(),
                                    "keptBytesPerStep", cost.kept(),
                                    "passingBytesPerStep", cost.passing()))
                            .toList());
        } else {
            costs.forEach(cost -> context.terminal()
                    .result(String.format(
                            Locale.ROOT,
                            "%s: %.0f ± %.0f microseconds on one core (at most 1000), %.1f KiB of passing values (at most 64) beside %.0f KiB that the run keeps",
                            cost.policy(), cost.microseconds(), cost.error(), cost.passing() / 1024.0, cost.kept() / 1024.0)));
        }
        return ExitCode.DONE;
    }
}
