package org.lodestar.engine.guidance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lodestar.engine.catalog.Catalog;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.parameter.Term;
import org.lodestar.engine.sampler.Sampler;
import org.lodestar.engine.sampler.SamplerState;
import org.lodestar.engine.sampler.SamplerType;
import org.lodestar.engine.sampler.Step;
import org.lodestar.engine.schedule.StepGrid;

/// Every policy under every sampler of the catalogue.
class PolicyWithSamplersTest {

    static Stream<PolicyType> everyPolicy() {
        return Catalog.policies().stream();
    }

    /// Where a run stands between two steps.
    private record Moment(SamplerState sampler, PolicyState policy) {}

    @ParameterizedTest
    @MethodSource("everyPolicy")
    void runsStayFiniteAndRepeatAndGoOnFromAnyStep(PolicyType type) {
        for (SamplerType samplerType : Catalog.samplers()) {
            Sampler sampler = Catalog.sampler(Term.of(samplerType.descriptor().id()));
            for (StepGrid grid : List.of(Toy.vp(7, true), Toy.flow(7), Toy.ve(7))) {
                Toy toy = Toy.on(grid).withNegative();
                PolicyStack stack = Toy.stack(type.descriptor().id());
                String where = samplerType.descriptor().id() + " on " + grid.level(0);

                List<Moment> run = run(toy, sampler, stack, new Moment(SamplerState.start(toy.start), stack.begin()), 0);
                assertThat(run).allSatisfy(moment -> assertThat(LatentOps.isFinite(moment.sampler().x())).as(where).isTrue());
                List<Moment> resumed = run(toy, sampler, stack, run.get(2), 3);
                assertThat(resumed.getLast().sampler().x()).as(where + ": resumed after step 3").isEqualTo(run.getLast().sampler().x());
            }
        }
    }

    private static List<Moment> run(Toy toy, Sampler sampler, PolicyStack stack, Moment from, int first) {
        List<Moment> moments = new ArrayList<>();
        Moment now = from;
        for (int i = first; i < toy.grid.steps(); i++) {
            now = step(toy, sampler, stack, now, i);
            moments.add(now);
        }
        return moments;
    }

    private static Moment step(Toy toy, Sampler sampler, PolicyStack stack, Moment now, int index) {
        List<GuidanceOutcome> outcomes = new ArrayList<>();
        SamplerState after = toy.run(sampler.step(
                        new Step(index, toy.grid),
                        now.sampler(),
                        (x, level) -> stack.evaluate(toy.context(index, outcomes.size(), level, x), now.policy()).map(outcome -> {
                            outcomes.add(outcome);
                            return outcome.guided();
                        }),
                        k -> noise(toy.start, index, k)))
                .value();
        return new Moment(after, outcomes.getFirst().next());
    }

    private static Latents noise(Latents like, int step, int k) {
        Random random = new Random(100L * step + k);
        return like.like(i -> random.nextGaussian());
    }
}
