package org.lodestar.engine.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lodestar.engine.Engine;
import org.lodestar.engine.evidence.Lab;
import org.lodestar.engine.evidence.Scope;
import org.lodestar.engine.fault.EngineException;
import org.lodestar.engine.fault.Problem;
import org.lodestar.engine.pack.DeviceWish;
import org.lodestar.engine.pack.ModelChoice;
import org.lodestar.engine.pack.ModelInfo;
import org.lodestar.engine.run.RunCheck;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What the commands share that make many pictures to measure something.
final class InvestigationOptions {
    @Option(names = "--model", paramLabel = "DIR|starter", description = "The model; the starter model if not given.")
    private String model = ModelChoice.STARTER;

    @Mixin
    private final LentOptions others = new LentOptions();

    @Option(names = "--device", paramLabel = "ID", description = PictureOptions.DEVICE_HELP)
    private String device = "auto";

    @Option(names = "--prompt", paramLabel = "TEXT", description = "May be given several times; otherwise five short subjects.")
    private List<String> prompts = new ArrayList<>();

    @Option(names = "--seed", paramLabel = "N", description = "The first seed; 1 if not given.")
    private long seed = 1;

    @Option(names = "--w", paramLabel = "N", description = "The CFG weight to compare with; the model's own if not given.")
    private Optional<Double> weight = Optional.empty();

    @Option(names = "--steps", paramLabel = "N", description = "Steps of a full run; the model's own number if not given.")
    private Optional<Integer> steps = Optional.empty();

    /// The lab of these options on an open engine.
    ///
    /// @param seeds pictures per prompt
    Lab lab(Engine engine, int seeds, Terminal terminal, boolean quiet) throws InterruptedException {
        List<Problem> problems = new ArrayList<>();
        DeviceWish wish = PictureOptions.device(device, problems);
        if (seeds < 1 || seeds > RunCheck.MAX_BATCH) {
            problems.add(new Problem("--seeds", "1 to " + RunCheck.MAX_BATCH, String.valueOf(seeds), "8 is a good start"));
        }
        steps.filter(count -> count < 2 || count > RunCheck.MAX_STEPS)
                .ifPresent(count -> problems.add(new Problem("--steps", "2 to " + RunCheck.MAX_STEPS, String.valueOf(count), "20 is a good start")));
        if (!problems.isEmpty()) {
            throw new EngineException.InvalidInput(problems);
        }
        ModelChoice choice = others.beside(ModelChoice.of(model));
        ModelInfo info = Following.load(engine, choice, wish, Progress.silent());
        Scope scope = Scope.of(choice, wish, info).withSeeds(seed, seeds);
        Scope painted = prompts.isEmpty() ? scope : scope.withPrompts(prompts);
        Scope stepped = steps.map(painted::withSteps).orElse(painted);
        return new Lab(engine, weight.map(stepped::withWeight).orElse(stepped), info, quiet ? _ -> {} : terminal::say);
    }
}
