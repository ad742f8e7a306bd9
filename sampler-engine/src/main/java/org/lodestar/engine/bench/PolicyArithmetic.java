package org.lodestar.engine.bench;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.guidance.Branches;
import org.lodestar.engine.guidance.GuidanceOutcome;
import org.lodestar.engine.guidance.PolicyStack;
import org.lodestar.engine.guidance.PolicyState;
import org.lodestar.engine.guidance.StepContext;
import org.lodestar.engine.guidance.Wording;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.model.Branch;
import org.lodestar.engine.model.Conditioning;
import org.lodestar.engine.model.Evaluation;
import org.lodestar.engine.model.Parameterization;
import org.lodestar.engine.model.Prediction;
import org.lodestar.engine.noise.NumpyNoise;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.schedule.NoiseLevel;
import org.lodestar.engine.schedule.StepGrid;

/// What a policy costs besides the network: one guided evaluation, telemetry included, from answers that are ready, with what the policy remembers of a step before.
///
/// The latents are 4x128x128, as in a step of SDXL at 1024x1024 pixels.
public final class PolicyArithmetic {
    private static final int CHANNELS = 4;
    private static final int SIDE = 128;

    private final PolicyStack stack;
    private final StepContext context;
    private final List<Prediction> answers;
    private final PolicyState state;

    private PolicyArithmetic(PolicyStack stack) {
        this.stack = stack;
        NoiseLevel here = new NoiseLevel(500, 0.6, 0.8);
        StepGrid grid = new StepGrid(List.of(here, new NoiseLevel(400, 0.8, 0.6), new NoiseLevel(0, 1, 0)), 1);
        this.context = new StepContext(0, 0, grid, here, noise(1), Parameterization.EPS, new TwoBranches(), 1, PolicyArithmetic::noise);
        this.answers = List.of(answer(3), answer(4));
        this.state = once(stack.begin()).next();
    }

    /// The arithmetic of a stack in its text form that asks two branches.
    ///
    /// @throws org.lodestar.engine.fault.EngineException.InvalidInput if there is no such policy
    public static PolicyArithmetic of(String policy) {
        return new PolicyArithmetic(Catalog.policy(Term.parseStack(policy)));
    }

    /// One evaluation; always the same.
    public GuidanceOutcome step() {
        return once(state);
    }

    /// The values that a step's outcome holds and that were not there before it, in bytes: what a run keeps of the step, for its strip, for branching and for the next step.
    public long keptBytes() {
        Set<Latents> there = Collections.newSetFromMap(new IdentityHashMap<>());
        collect(context, there);
        collect(answers, there);
        collect(state, there);
        Set<Latents> held = Collections.newSetFromMap(new IdentityHashMap<>());
        collect(step(), held);
        held.removeAll(there);
        return held.stream().mapToLong(latents -> (long) Float.BYTES * latents.size()).sum();
    }

    /// All latents in a value made of records and lists.
    private static void collect(@Nullable Object value, Set<Latents> found) {
        switch (value) {
            case Latents latents -> found.add(latents);
            case List<?> list -> list.forEach(each -> collect(each, found));
            case Record record -> {
                for (RecordComponent component : record.getClass().getRecordComponents()) {
                    Method accessor = component.getAccessor();
                    accessor.setAccessible(true);
                    try {
                        collect(accessor.invoke(record), found);
                    } catch (ReflectiveOperationException e) {
                        throw new IllegalStateException("an accessor of " + record.getClass() + " failed", e);
                    }
                }
            }
            case null, default -> {}
        }
    }

    private GuidanceOutcome once(PolicyState before) {
        return switch (stack.evaluate(context, before)) {
            case Evaluation.Ask<GuidanceOutcome> ask when ask.then().apply(answers) instanceof Evaluation.Done<GuidanceOutcome>(var outcome) -> outcome;
            default -> throw new IllegalArgumentException("a policy that asks two branches once was expected");
        };
    }

    /// An estimate that agrees with the others in most, as estimates late in a run do.
    private Prediction answer(int seed) {
        Latents denoised = LatentOps.addScaled(noise(2), 0.1, noise(seed));
        NoiseLevel level = context.level();
        return new Prediction(denoised, LatentOps.combine(1 / level.sigma(), context.x(), -level.alpha() / level.sigma(), denoised));
    }

    private static Latents noise(long seed) {
        return new NumpyNoise().initial(seed, CHANNELS, SIDE, SIDE);
    }

    private record TwoBranches() implements Branches {
        @Override
        public Branch cond() {
            return Branch.main("cond", new Conditioning("words", Map.of()));
        }

        @Override
        public Branch base() {
            return empty();
        }

        @Override
        public Branch empty() {
            return Branch.main("uncond", new Conditioning("", Map.of()));
        }

        @Override
        public boolean hasNegative() {
            return false;
        }

        @Override
        public Wording wording() {
            return new Wording("words", "", List.of());
        }

        @Override
        public Branch prompt(String text) {
            throw new NoSuchElementException(text);
        }
    }
}
