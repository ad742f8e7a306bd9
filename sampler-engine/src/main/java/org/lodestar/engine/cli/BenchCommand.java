package org.lodestar.engine.cli;

import java.util.Arrays;
import java.util.List;
import org.lodestar.engine.Engine;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.ModelChoice;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.run.OutputPlan;
import org.lodestar.engine.run.RunRequest;
import org.lodestar.engine.run.RunSpec;
import picocli.CommandLine.Command;

@Command(name = "bench", description = "Measures the engine on this machine.", synopsisSubcommandLabel = "COMMAND")
final class BenchCommand implements Runnable {
    static final int STEPS = 20;

    @Override
    public void run() {
        throw new EngineException.InvalidInput("bench", "overhead or speed", "neither", "Speed takes about a minute");
    }

    /// 20 steps of DDIM with trailing spacing, one picture at the model's own size.
    static RunSpec spec(ModelInfo model, String prompt, long seed, String policy) {
        return new RunSpec(
                ModelChoice.STARTER,
                prompt,
                "",
                model.defaults().size().width(),
                model.defaults().size().height(),
                seed,
                1,
                STEPS,
                Term.of("ddim"),
                Term.of("trailing"),
                Term.parseStack(policy),
                "torch",
                List.of());
    }

    /// Runs linked lanes in memory.
    static Following.Finished make(Engine engine, RunSpec... lanes) throws InterruptedException {
        return Following.follow(engine, new RunRequest(List.of(lanes), DeviceWish.CPU, OutputPlan.NONE), Progress.silent());
    }

    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
