package org.lodestar.engine.bench;

import java.util.concurrent.TimeUnit;
import org.lodestar.engine.evidence.PolicyArithmetic;
import org.lodestar.engine.guidance.GuidanceOutcome;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The arithmetic of one guided evaluation on SDXL-sized latents. `-prof gc` adds the bytes allocated.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 8, time = 1)
public class PolicyBenchmark {

    @Param({"cfg(w=7.5)", "apg(w=15,eta=0,r=15,beta=-0.5)", "apg(w=15,eta=0,r=15,beta=-0.5) + rescale", "cfgpp(w=0.6)"})
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
}
