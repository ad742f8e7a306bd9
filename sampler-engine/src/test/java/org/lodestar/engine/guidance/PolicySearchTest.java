package org.lodestar.engine.guidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.lodestar.engine.latent.LatentOps;
import org.lodestar.engine.latent.Latents;
import org.lodestar.engine.parameter.Term;

class PolicySearchTest {
    private static final int STEPS = 10;
    private final Toy toy = Toy.on(Toy.vp(STEPS));
    private final Latents target = toy.euler("cfg(w=4)").last();

    /// Euler runs in the toy world; the loss is the distance to the end of full guidance.
    private final PolicySearch.Walk<Latents> walk = new PolicySearch.Walk<>() {
        @Override
        public int steps() {
            return STEPS;
        }

        @Override
        public Latents start() {
            return toy.start;
        }

        @Override
        public Latents step(Latents x, int index, PolicyTable.Entry entry) {
            PolicyStack stack = Toy.stack("cfg(w=" + entry.weight() + ")");
            StepContext context = toy.context(index, 0, toy.grid.level(index), x);
            return Toy.move(toy.run(stack.evaluate(context, stack.begin())).value().guided(), toy.grid.level(index + 1));
        }

        @Override
        public double loss(Latents end) {
            return LatentOps.norm(LatentOps.subtract(end, target));
        }
    };

    private final PolicySearch<Latents> search = new PolicySearch<>(walk, 4, List.of(0.0, 7.0), null);

    @Test
    void fullGuidanceHasNoLossAndCostsTwicePerStep() {
        PolicySearch.Found full = search.trial(Collections.nCopies(STEPS, 4.0));
        assertThat(full.loss()).isZero();
        assertThat(full.nfe()).isEqualTo(2 * STEPS);
        assertThat(search.descend(2 * STEPS).loss()).isZero();
    }

    @Test
    void theBaselineGuidesFirst() {
        assertThat(search.stepAg(14).weights()).containsExactly(4.0, 4.0, 4.0, 4.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0);
        assertThat(search.stepAg(14).nfe()).isEqualTo(14);
    }

    @Test
    void aSearchedPolicyKeepsItsCapAndBeatsTheBaseline() {
        PolicySearch.Found baseline = search.stepAg(14);
        PolicySearch.Found descended = search.descend(14);
        assertThat(descended.nfe()).isLessThanOrEqualTo(14);
        assertThat(descended.loss()).isLessThan(baseline.loss());
        PolicySearch.Found evolved = search.evolve(14, 10, 12, 3);
        assertThat(evolved.nfe()).isLessThanOrEqualTo(14);
        assertThat(evolved.loss()).isLessThanOrEqualTo(descended.loss());
    }

    @Test
    void theFoundPolicyRunsAsATable() {
        PolicySearch.Found found = search.descend(14);
        Toy.Path path = toy.euler(Term.text(List.of(found.term())));
        assertThat(path.totalNfe()).isEqualTo(found.nfe());
        assertThat(walk.loss(path.last())).isEqualTo(found.loss(), within(1e-6));
    }

    @Test
    void sharedFirstStepsAreWalkedOnce() {
        search.trial(Collections.nCopies(STEPS, 4.0));
        long before = search.stepsWalked();
        List<Double> lateChange = List.of(4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 1.0);
        search.trial(lateChange);
        search.trial(lateChange);
        assertThat(search.stepsWalked() - before).isEqualTo(1);
    }

    @Test
    void theSameSeedFindsTheSame() {
        assertThat(search.evolve(13, 5, 8, 7)).isEqualTo(new PolicySearch<>(walk, 4, List.of(0.0, 7.0), null).evolve(13, 5, 8, 7));
    }

    /// Runs that remember what they have seen, as estimates need it.
    private record Remembering(Toy toy, LinearFit fit, PolicySearch.Walk<Latents> plain) implements PolicySearch.Walk<Remembering.At> {
        record At(Latents x, PolicyState state) {}

        @Override
        public int steps() {
            return STEPS;
        }

        @Override
        public At start() {
            return new At(toy.start, stack(PolicyTable.Entry.asked(1)).begin());
        }

        @Override
        public At step(At at, int index, PolicyTable.Entry entry) {
            StepContext context = toy.context(index, 0, toy.grid.level(index), at.x);
            GuidanceOutcome outcome = toy.run(stack(entry).evaluate(context, at.state)).value();
            return new At(Toy.move(outcome.guided(), toy.grid.level(index + 1)), outcome.next());
        }

        private PolicyStack stack(PolicyTable.Entry entry) {
            return new PolicyStack(List.of(new PolicyTable(List.of(entry), fit)));
        }

        @Override
        public double loss(At end) {
            return plain.loss(end.x);
        }
    }

    @Test
    void estimatesAmongTheChoicesNeverLoseAndRunAsATable() {
        LinearFitting fitting = new LinearFitting(STEPS);
        for (int seed = 0; seed < 6; seed++) {
            List<GuidanceOutcome> outcomes = toy.startingFrom(Toy.noise(4, 6, 8, 1, 1000 + seed)).euler("cfg(w=4)").outcomes();
            fitting.add(new LinearFit.Recording(
                    outcomes.stream().map(outcome -> Objects.requireNonNull(outcome.cond())).toList(), outcomes.stream().map(outcome -> Objects.requireNonNull(outcome.reference())).toList()));
        }
        LinearFit fit = fitting.fit(new FitKey("0123456789abcdef", "euler", "trailing", STEPS, 4, 64, 48));
        PolicySearch<Remembering.At> linear = new PolicySearch<>(new Remembering(toy, fit, walk), 4, List.of(0.0, 7.0), fit);
        for (int cap : List.of(11, 14, 17)) {
            assertThat(linear.descend(cap).loss()).as("descent within " + cap).isLessThanOrEqualTo(search.descend(cap).loss());
            PolicySearch.Found found = linear.evolve(cap, 4, 6, 3);
            assertThat(found.loss()).as("evolution within " + cap).isLessThanOrEqualTo(search.evolve(cap, 4, 6, 3).loss());
            assertThat(found.nfe()).isLessThanOrEqualTo(cap);
            Toy.Path path = toy.euler(Term.text(List.of(found.term())));
            assertThat(path.totalNfe()).isEqualTo(found.nfe());
            assertThat(walk.loss(path.last())).isEqualTo(found.loss());
        }
        assertThat(linear.descend(14).loss()).as("a good estimate is worth more than the plain prompt").isLessThan(0.7 * search.descend(14).loss());
        assertThat(linear.descend(14).table().entries()).anyMatch(PolicyTable.Entry::estimated);
    }

    @Test
    void anImpossibleCapIsRefused() {
        assertThatThrownBy(() -> search.descend(STEPS - 1)).hasMessageContaining("10 steps cannot be done with 9 evaluations");
    }
}
