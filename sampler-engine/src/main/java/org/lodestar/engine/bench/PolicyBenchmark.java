package org.lodestar.engine.bench;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.lodestar.engine.guidance.GuidanceOutcome;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/// The arithmetic of one guided evaluation on SDXL-sized latents: time on one core, and the bytes allocated.
///
/// Runs in this process: a forked JMH run speaks to its parent through a port, and Lodestar opens none.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 8, time = 1)
public class PolicyBenchmark {

    /// The stack in its text form.
    @Param("cfg")
    public String policy = "cfg";

    private PolicyArithmetic arithmetic = PolicyArithmetic.of("cfg");

    @Setup
    public void choosePolicy() {
        arithmetic = PolicyArithmetic.of(policy);
    }

    @Benchmark
    public GuidanceOutcome step() {
        return arithmetic.step();
    }

    /// What one step of a policy costs.
    ///
    /// @param policy       the stack
    /// @param microseconds mean of the iterations
    /// @param error        half the width of the 99.9 % confidence interval of the mean, microseconds
    /// @param bytes        allocated on the heap by one step, kept results included
    /// @param kept         of these, the values that the run keeps of the step
    public record Cost(String policy, double microseconds, double error, long bytes, long kept) {

        /// Allocated and left behind as soon as the step is over.
        public long passing() {
            return bytes - kept;
        }
    }

    /// Measures stacks one after the other, each for about 13 seconds.
    ///
    /// @throws org.lodestar.engine.fault.EngineException.InvalidInput if there is no such policy
    public static List<Cost> measure(List<String> policies) {
        policies.forEach(PolicyArithmetic::of);
        return policies.stream().map(PolicyBenchmark::measure).toList();
    }

    private static Cost measure(String policy) {
        var options = new OptionsBuilder()
                .include(PolicyBenchmark.class.getName())
                .param("policy", policy)
                .forks(0)
                .addProfiler(GCProfiler.class)
                .verbosity(VerboseMode.SILENT)
                .build();
        Collection<RunResult> results;
        try {
            results = new Runner(options).run();
        } catch (RunnerException e) {
            throw new IllegalStateException("the measurement of " + policy + " did not run", e);
        }
        RunResult result = results.iterator().next();
        double bytes = Objects.requireNonNull(result.getSecondaryResults().get("gc.alloc.rate.norm"), "what the profiler measures").getScore();
        return new Cost(policy, result.getPrimaryResult().getScore(), result.getPrimaryResult().getScoreError(), Math.round(bytes), PolicyArithmetic.of(policy).keptBytes());
    }
}
