package org.lodestar.engine.guidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
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
        public Latents step(Latents x, int index, double weight) {
            PolicyStack stack = Toy.stack("cfg(w=" + weight + ")");
            StepContext context = toy.context(index, 0, toy.grid.level(index), x);
            return Toy.move(toy.run(stack.evaluate(context, stack.begin())).value().guided(), toy.grid.level(index + 1));
        }

        @Override
        public double loss(Latents end) {
            return LatentOps.norm(LatentOps.subtract(end, target));
        }
    };

    private final PolicySearch<Latents> search = new PolicySearch<>(walk, 4, List.of(0.0, 7.0));

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
        assertThat(search.evolve(13, 5, 8, 7)).isEqualTo(new PolicySearch<>(walk, 4, List.of(0.0, 7.0)).evolve(13, 5, 8, 7));
    }

    @Test
    void anImpossibleCapIsRefused() {
        assertThatThrownBy(() -> search.descend(STEPS - 1)).hasMessageContaining("10 steps cannot be done with 9 evaluations");
    }
}
